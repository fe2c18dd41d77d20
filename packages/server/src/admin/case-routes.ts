import type { DecideInput } from '../cases/decide.ts';
import { CASE_STATES, type CaseFilter, type CaseState } from '../projections/cases-projection.ts';
import { listFindings } from '../cases/blind-view.ts';
import type { CommitInput } from '../cases/commit-view.ts';
import { ServerError } from '../server-error.ts';
import { ANYBODY, REVIEWERS } from './roles.ts';
import type { Call, ExportInput, Route } from './route.ts';

const FINDINGS_MAX = 500;
const caseOf = (call: Call) => call.params.case as string;
const text = (call: Call, field: string) => call.body[field] as string;

function filterOf(query: URLSearchParams): CaseFilter {
  const state = query.get('state');
  if (state !== null && !CASE_STATES.includes(state as CaseState))
    throw new ServerError('bad-request', `The state must be one of ${CASE_STATES.join(', ')}.`);
  const account = query.get('account');
  const campaign = query.get('campaign');
  return {
    ...(state === null ? {} : { state: state as CaseState }),
    ...(account === null ? {} : { account }),
    ...(campaign === null ? {} : { campaign }),
  };
}

function decide(call: Call) {
  const { body, by, ports } = call;
  const { measure, reasons, rule, ...rest } = body;
  return ports.cases.decide({ ...rest, case: caseOf(call), by, measure, reasons, rule } as DecideInput);
}

const DECIDED = '`decision`, `step`, `measure`, `accountsTotal`, `next`';

function answerRoute(word: 'confirm' | 'reject'): Route {
  return {
    method: 'POST',
    path: `/v1/cases/:case/decisions/:decision/${word}`,
    roles: REVIEWERS,
    does:
      word === 'confirm'
        ? 'Confirms a proposal: another person than who proposed, who opened the evidence. `immediate` says why a hold must take effect at once.'
        : 'Rejects a proposal; who proposed may withdraw it so.',
    body: word === 'confirm' ? { reasons: 'text', immediate: 'text?' } : { reasons: 'text' },
    status: 201,
    answer: DECIDED,
    handle: (call) =>
      call.ports.cases[word]({
        ...(call.body.immediate === undefined ? {} : { immediate: text(call, 'immediate') }),
        case: caseOf(call),
        decision: call.params.decision as string,
        by: call.by,
        reasons: text(call, 'reasons'),
      }),
  };
}

function leaseRoute(method: 'POST' | 'DELETE'): Route {
  return {
    method,
    path: '/v1/cases/:case/lease',
    roles: REVIEWERS,
    does:
      method === 'POST'
        ? 'Takes a case for a time, or extends your lease; 409 names who has it until when.'
        : 'Gives a case back.',
    status: method === 'POST' ? 201 : 200,
    answer: '`case`, `by`, `step`: taken, extended or released; `untilMs`',
    handle: (call) =>
      call.ports.cases[method === 'POST' ? 'take' : 'release']({ case: caseOf(call), by: call.by }),
  };
}

const READING: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/findings',
    roles: ANYBODY,
    does: 'Lists findings, newest first, 500 at most; score and bound only where you have committed a view of the case.',
    status: 200,
    answer: '`findings`',
    handle: ({ ports, by }) => ({ findings: listFindings(ports.store, by, FINDINGS_MAX) }),
  },
  {
    method: 'GET',
    path: '/v1/cases',
    roles: ANYBODY,
    does: 'Lists cases: undecided first, those that weigh most first (harm × how near the deadline is); 500 at most.',
    query: ['state', 'account', 'campaign'],
    status: 200,
    answer:
      '`cases`: `case`, `state`, `campaign`, `accountsTotal`, `harm` (exchanges), `priority`, `dueMs`, `isMissed`, `lease` (null, or `by`, `untilMs`), `openedMs`, `pending`, …',
    handle: ({ ports, query }) => ({ cases: ports.cases.list(filterOf(query)) }),
  },
  {
    method: 'GET',
    path: '/v1/cases/:case',
    roles: ANYBODY,
    does: 'Shows a case without content. Until you have committed your view: no score, no bound, no views and reasons of others.',
    status: 200,
    answer:
      '`case`, `state`, `newestFinding`, `scoreShown`, `accounts`, `evidence`, `evidenceOpened`, `views`, `decisions`, `known`, `severed`, `statements`, `links`, `representations`, `appeals`, `exports`, `next`, …',
    handle: (call) => call.ports.cases.show(caseOf(call), call.by),
  },
];

const DECIDING: readonly Route[] = [
  leaseRoute('POST'),
  leaseRoute('DELETE'),
  {
    method: 'POST',
    path: '/v1/cases/:case/evidence',
    roles: REVIEWERS,
    does: 'Opens evidence (all of it, up to 32 items, where `items` is left out). That you did is recorded first.',
    body: { items: 'texts?' },
    status: 201,
    answer: '`opened`: `item`, `index`, `says`, `content`',
    handle: (call) =>
      call.ports.cases.openEvidence({
        case: caseOf(call),
        by: call.by,
        ...(call.body.items === undefined ? {} : { items: call.body.items as string[] }),
      }),
  },
  {
    method: 'POST',
    path: '/v1/cases/:case/views',
    roles: REVIEWERS,
    does: 'Commits your own view (extraction, not or unsure) from the evidence you opened; the score is shown after it.',
    body: { view: 'text', reasons: 'text' },
    status: 201,
    answer:
      '`case`, `view`, `score`: `finding`, `statistic`, `bound`; `known` (null, or `answer`, `isRight`), `next`',
    handle: (call) =>
      call.ports.cases.commitView({
        case: caseOf(call),
        by: call.by,
        view: text(call, 'view') as CommitInput['view'],
        reasons: text(call, 'reasons'),
      }),
  },
  {
    method: 'POST',
    path: '/v1/cases/:case/decisions',
    roles: REVIEWERS,
    does: 'Decides: slow, plain, open, dismiss by one person; hold and closed are a proposal until another person confirms. It takes effect once it can not be undone any more.',
    body: {
      measure: 'text',
      accounts: 'accounts?',
      reasons: 'text',
      rule: 'text',
      appeal: 'text?',
      again: 'boolean?',
    },
    status: 201,
    answer: DECIDED,
    handle: decide,
  },
  answerRoute('confirm'),
  answerRoute('reject'),
  {
    method: 'POST',
    path: '/v1/cases/:case/decisions/:decision/undo',
    roles: REVIEWERS,
    does: 'Undoes a decision that has not taken effect yet; who made or proposed it may.',
    body: { reasons: 'text' },
    status: 201,
    answer: '`case`, `decision`, `next`',
    handle: (call) =>
      call.ports.cases.undo({
        case: caseOf(call),
        decision: call.params.decision as string,
        by: call.by,
        reasons: text(call, 'reasons'),
      }),
  },
  {
    method: 'POST',
    path: '/v1/cases/:case/accounts/:account/sever',
    roles: REVIEWERS,
    does: 'Takes an account out of the case and opens it by itself; the case goes on without it.',
    body: { reasons: 'text' },
    status: 201,
    answer: DECIDED,
    handle: (call) =>
      call.ports.cases.sever({
        case: caseOf(call),
        account: call.params.account as string,
        by: call.by,
        reasons: text(call, 'reasons'),
      }),
  },
  {
    method: 'POST',
    path: '/v1/cases/:case/reopen',
    roles: REVIEWERS,
    does: 'Takes a decision back by a further one: all accounts of the case open again.',
    body: { reasons: 'text' },
    status: 201,
    answer: DECIDED,
    handle: (call) =>
      call.ports.cases.reopen({ case: caseOf(call), by: call.by, reasons: text(call, 'reasons') }),
  },
  {
    method: 'POST',
    path: '/v1/cases/:case/appeals',
    roles: REVIEWERS,
    does: 'Writes down an appeal for an account; the grounds are sealed in the vault.',
    body: { account: 'text', grounds: 'text' },
    status: 201,
    answer: '`appeal`, `next`',
    handle: (call) =>
      call.ports.cases.appeal({
        case: caseOf(call),
        account: text(call, 'account'),
        by: call.by,
        grounds: text(call, 'grounds'),
      }),
  },
  {
    method: 'POST',
    path: '/v1/cases/:case/export',
    roles: REVIEWERS,
    does: 'Writes a bundle of the case.',
    body: {
      requester: 'text',
      purpose: 'text',
      legalBasis: 'text',
      disclose: 'text?',
      complete: 'boolean?',
    },
    status: 201,
    answer: 'what the exporter says: `bundle`, its folder and digest',
    handle: (call) =>
      call.ports.exportCase({ ...call.body, case: caseOf(call), by: call.by } as unknown as ExportInput),
  },
];

export const CASE_ROUTES: readonly Route[] = [...READING, ...DECIDING];
