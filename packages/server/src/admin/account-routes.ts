import type { Limits } from '../accounts/account.ts';
import {
  type AccountRow,
  readAccount,
  readAccountsPage,
  readKeys,
} from '../projections/accounts-projection.ts';
import { readCases } from '../projections/cases-projection.ts';
import { readErasures, readLegalHold } from '../projections/erasures-projection.ts';
import { readFigures, readUsageOfDay } from '../projections/exchanges-projection.ts';
import { readExports } from '../projections/health-projection.ts';
import type { ProjectionStore } from '../projections/projection-store.ts';
import { readStanding, readStandings } from '../projections/standings-projection.ts';
import { ServerError } from '../server-error.ts';
import type { Call, Route } from './route.ts';
import { ADMIN, ANYBODY } from './roles.ts';

const ACCOUNTS_MAX = 1000;

const text = (call: Call, field: string) => call.body[field] as string;

function summary({ db }: Pick<ProjectionStore, 'db'>, found: AccountRow) {
  const now = readStanding(db, found.account);
  return {
    account: found.account,
    createdAt: new Date(found.createdMs).toISOString(),
    limits: found.limits,
    standing: now?.standing ?? 'open',
    case: now?.standing === 'open' ? null : (now?.case ?? null),
    legalHold: readLegalHold(db, found.account) !== undefined,
    figures: readFigures(db, found.account),
  };
}

function listAccounts({ ports, query }: Call) {
  const max = Number(query.get('max') ?? ACCOUNTS_MAX);
  if (!(Number.isInteger(max) && max > 0 && max <= ACCOUNTS_MAX))
    throw new ServerError('bad-request', `max must be a whole number from 1 to ${ACCOUNTS_MAX}.`);
  const { page, total } = readAccountsPage(ports.store.db, {
    after: query.get('after'),
    find: query.get('find') ?? '',
    standing: query.get('standing'),
    // One more tells whether there are more.
    max: max + 1,
  });
  return {
    accounts: page.slice(0, max).map((each) => summary(ports.store, each)),
    total,
    next: page.length > max ? page[max - 1]?.account : null,
  };
}

function showAccount({ ports, params }: Call) {
  const { db } = ports.store;
  const account = params.account as string;
  const found = readAccount(db, account);
  if (found === undefined)
    throw new ServerError('not-found', 'There is no such account. List them: GET /v1/accounts.');
  return {
    ...summary(ports.store, found),
    tokensToday: readUsageOfDay(db, ports.clock.now()).get(account) ?? 0,
    keys: readKeys(db, account).map(({ key, issuedMs, revokedIndex }) => ({
      key,
      issuedAt: new Date(issuedMs).toISOString(),
      revoked: revokedIndex !== null,
    })),
    standings: readStandings(db, account).slice(0, 100),
    legalHoldDetail: readLegalHold(db, account) ?? null,
    erasures: readErasures(db, account),
  };
}

async function createAccount({ ports, body, by }: Call) {
  const made = await ports.directory.createAccount({
    ...(body.account === undefined ? {} : { account: body.account as string }),
    ...(body.limits === undefined ? {} : { limits: body.limits as Limits }),
    by: by.operator,
  });
  if (body.key !== true) return made;
  return ports.directory.issueKey({ account: made.account, by: by.operator });
}

/** A bundle is a copy in the clear, made for somebody: no key can be destroyed for it, so it is named instead. */
async function eraseAccount(call: Call) {
  const { ports, params, by } = call;
  const account = params.account as string;
  const done = await ports.directory.erase({
    account,
    reason: text(call, 'reason'),
    legalBasis: text(call, 'legalBasis'),
    by: by.operator,
  });
  const { db } = ports.store;
  const exports = readCases(db, { account }).flatMap((each) => readExports(db, each.case));
  const bundles = exports.flatMap(({ entry }) => (entry.type === 'bundle.exported' ? [entry.bundle] : []));
  return { ...done, bundles };
}

export const ACCOUNT_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/accounts',
    roles: ANYBODY,
    does: 'Lists accounts, 1000 or `max` at a time: all, those with a part of an id, or those of a standing.',
    query: ['after', 'find', 'standing', 'max'],
    status: 200,
    answer: '`accounts`: `account`, `standing`, `figures`, …; `total`, `next` (give it as `after`)',
    handle: listAccounts,
  },
  {
    method: 'GET',
    path: '/v1/accounts/:account',
    roles: ANYBODY,
    does: 'Shows an account: figures, keys (never their secrets), standing, legal hold, erasures.',
    status: 200,
    answer: '`account`, `standing`, `limits`, `figures`, `tokensToday`, `keys`, `standings`, `erasures`, …',
    handle: showAccount,
  },
  {
    method: 'POST',
    path: '/v1/accounts',
    roles: ADMIN,
    does: 'Makes an account, with `key: true` also its first key.',
    body: { account: 'text?', limits: 'limits?', key: 'boolean?' },
    status: 201,
    answer: '`account`; with `key: true` also `key` and `secret`, shown this once',
    handle: createAccount,
  },
  {
    method: 'POST',
    path: '/v1/accounts/:account/keys',
    roles: ADMIN,
    does: 'Issues an API key.',
    body: {},
    status: 201,
    answer: '`key`, `account`, `secret`, shown this once',
    handle: ({ ports, params, by }) =>
      ports.directory.issueKey({ account: params.account as string, by: by.operator }),
  },
  {
    method: 'DELETE',
    path: '/v1/keys/:key',
    roles: ADMIN,
    does: 'Revokes an API key.',
    body: { reason: 'text' },
    status: 200,
    answer: '`done`',
    handle: (call) =>
      call.ports.directory.revokeKey({
        key: call.params.key as string,
        reason: text(call, 'reason'),
        by: call.by.operator,
      }),
  },
  {
    method: 'PUT',
    path: '/v1/accounts/:account/limits',
    roles: ADMIN,
    does: "Replaces an account's own limits; a limit left out is the operator's default.",
    body: { limits: 'limits' },
    status: 200,
    answer: '`done`',
    handle: ({ ports, params, body, by }) =>
      ports.directory.setLimits({
        account: params.account as string,
        limits: body.limits as Limits,
        by: by.operator,
      }),
  },
  {
    method: 'POST',
    path: '/v1/accounts/:account/erase',
    roles: ADMIN,
    does: "Destroys the account's content by destroying its data key; refused under legal hold.",
    body: { reason: 'text', legalBasis: 'text' },
    status: 200,
    answer:
      '`keysDestroyed`; `bundles` about the account, whose disclosed content stays where they were sent',
    handle: eraseAccount,
  },
  ...(['POST', 'DELETE'] as const).map(
    (method): Route => ({
      method,
      path: '/v1/accounts/:account/legal-hold',
      roles: ADMIN,
      does:
        method === 'POST'
          ? 'Places a legal hold: nothing of the account can be erased.'
          : 'Lifts the legal hold.',
      body: { reason: 'text' },
      status: method === 'POST' ? 201 : 200,
      answer: '`done`',
      handle(call) {
        const input = {
          account: call.params.account as string,
          reason: text(call, 'reason'),
          by: call.by.operator,
        };
        const { directory } = call.ports;
        return method === 'POST' ? directory.placeLegalHold(input) : directory.liftLegalHold(input);
      },
    }),
  ),
];
