import { ROLES, type Role } from '@portcullis/record';
import { countCasesByState } from '../projections/cases-projection.ts';
import { readHealth } from '../projections/health-projection.ts';
import { ServerError } from '../server-error.ts';
import { ADMIN, ANYBODY } from './roles.ts';
import type { Call, Route } from './route.ts';

const DAY_MS = 86_400_000;
const FAULTS_MAX = 20;

async function status({ ports, by }: Call) {
  const cases = countCasesByState(ports.store.db);
  return {
    version: ports.version,
    you: by,
    accepting: ports.appender.accepting,
    outage: ports.appender.outage ?? null,
    pendingEntries: ports.appender.pendingEntries,
    projectedSize: ports.store.position,
    faults: recentFaults(ports),
    casesMissed: cases.missed,
    casesToDecide: cases.toDecide,
    casesDecided: cases.decided,
  };
}

/** What went wrong in the last day, newest first. */
function recentFaults({ store, clock }: Call['ports']) {
  const now = clock.now();
  return readHealth(store.db, now - DAY_MS, Number.MAX_SAFE_INTEGER)
    .flatMap(({ index, entry }) =>
      entry.type === 'fault' ? [{ index, time: entry.time, kind: entry.kind, detail: entry.detail }] : [],
    )
    .slice(-FAULTS_MAX)
    .toReversed();
}

async function ledger({ ports }: Call) {
  const now = await ports.ledgerStatus();
  const followers: Readonly<Record<string, number>> = { ...now.followers, projections: ports.store.position };
  const lag = Object.entries(followers).map(([name, position]) => [name, Math.max(0, now.size - position)]);
  return { ...now, followers, lag: Object.fromEntries(lag) as Record<string, number> };
}

function addOperator({ ports, body, by }: Call) {
  if (!ROLES.includes(body.role as Role))
    throw new ServerError('bad-request', `The role must be one of ${ROLES.join(', ')}.`);
  // Where a crash came after a removal: a new person of that name does not inherit what the one before signed in with.
  if (ports.operators.list().every((each) => each.operator !== body.operator))
    ports.signIn.forget(body.operator as string);
  return ports.operators.add({ operator: body.operator as string, role: body.role as Role, by: by.operator });
}

export const OPERATOR_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/events',
    roles: ANYBODY,
    does: 'Server-sent events that say what changed; ask again for what became of it. A heartbeat comes every 15 seconds, 64 may listen at once.',
    status: 200,
    answer:
      'a stream: `opened` (`size`), then `changed`: `size` of the ledger (also as the id), `types` of entries, `cases`, `accounts` (200 names each at most; `all`: more changed)',
    stream: true,
    handle: ({ ports, response, by }) =>
      ports.events.listen(response, () =>
        ports.operators.list().some(({ operator, role }) => operator === by.operator && role === by.role),
      ),
  },
  {
    method: 'GET',
    path: '/v1/status',
    roles: ANYBODY,
    does: 'Says who you are and how things stand.',
    status: 200,
    answer:
      '`version`, `you`, `accepting`, `outage` (null, or `code`, `message`, `retryAfterSeconds`), `pendingEntries`, `projectedSize`, `faults` of the last day, `casesToDecide`, `casesDecided`, `casesMissed` (deadlines)',
    handle: status,
  },
  {
    method: 'GET',
    path: '/v1/ledger',
    roles: ANYBODY,
    does: "Tells the ledger's size and root, and how far its followers and witnesses are behind, in entries.",
    status: 200,
    answer:
      '`origin`, `size`, `publishedSize`, `root`, `vkeys`, `tlogPolicy`, `followers`, `lag`, `witnessing`: `quorum`, `witnessed`, `witnesses` (`name`, `cosigner`, `state`, `alarm`, `size`, `time`, `lag`, …), `alarms`; `guarantee` of the calibrated detector (null where there is none, or `guarantee`: `held` or `suspended`, and `reasons`)',
    handle: ledger,
  },
  {
    method: 'POST',
    path: '/v1/reload',
    roles: ADMIN,
    does: 'Reads the settings again, as SIGHUP does. Wrong ones are refused and change nothing.',
    status: 200,
    answer: '`changed` and `needRestart`: names of settings; the latter stay as they were until a restart',
    handle: ({ ports }) => ports.reload(),
  },
  {
    method: 'GET',
    path: '/v1/operators',
    roles: ANYBODY,
    does: 'Lists people and their roles, once a token.',
    status: 200,
    answer: '`operators`: `operator`, `role`, `addedIndex`',
    handle: ({ ports }) => ({
      operators: ports.operators
        .list()
        .map(({ operator, role, addedIndex }) => ({ operator, role, addedIndex })),
    }),
  },
  {
    method: 'POST',
    path: '/v1/operators',
    roles: ADMIN,
    does: 'Adds a person, or a further token of a person. Two tokens of one name are one person.',
    body: { operator: 'text', role: 'text' },
    status: 201,
    answer: '`operator`, `role`, `token`, shown this once',
    handle: addOperator,
  },
  {
    method: 'DELETE',
    path: '/v1/operators/:operator',
    roles: ADMIN,
    does: 'Ends all tokens, sessions and other ways to sign in of a person. The last admin stays.',
    body: { reason: 'text' },
    status: 200,
    answer: '`done`',
    async handle({ ports, params, body, by }) {
      const operator = params.operator as string;
      await ports.operators.remove({ operator, reason: body.reason as string, by: by.operator });
      ports.signIn.forget(operator);
    },
  },
];
