import { drawGraph } from '../cases/case-graph.ts';
import { drawTimeline, findSimilar, pageAccounts } from '../cases/case-pages.ts';
import { ANYBODY } from './roles.ts';
import type { Call, Route } from './route.ts';

const caseOf = ({ params }: Call) => params.case as string;
const wholeOf = ({ query }: Call, name: string): number | undefined =>
  query.get(name) === null ? undefined : Number(query.get(name));

/** What pages about a case show, in sizes that can be drawn. */
export const CASE_PAGE_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/cases/:case/accounts',
    roles: ANYBODY,
    does: 'Lists the accounts of a case, in order of their names, 1000 at a time at most.',
    query: ['after', 'limit'],
    status: 200,
    answer:
      '`accounts`: `account`, `standing`, `legalHold`, `exchanges`, `tokens`, …; `total`, `next` (give it as `after`)',
    handle: (call) =>
      pageAccounts(call.ports.store, caseOf(call), call.query.get('after') ?? '', wholeOf(call, 'limit')),
  },
  {
    method: 'GET',
    path: '/v1/cases/:case/graph',
    roles: ANYBODY,
    does: 'Draws who is linked with whom and why; accounts that nothing tells apart stand in one group.',
    status: 200,
    answer:
      '`nodes`: `id`, `kind` (finding, signal, account, group, case), `label`, `accounts`, `some`; `edges`: `from`, `to`, `why`, `count`',
    handle: (call) => drawGraph(call.ports.store, caseOf(call)),
  },
  {
    method: 'GET',
    path: '/v1/cases/:case/timeline',
    roles: ANYBODY,
    does: 'Counts what the accounts of a case sent, in equal steps (100, or `buckets` up to 500); empty ones are left out.',
    query: ['buckets'],
    status: 200,
    answer: '`fromMs`, `toMs`, `widthMs`, `buckets`: `fromMs`, `exchanges`, `accounts`, `tokens`',
    handle: (call) => drawTimeline(call.ports.store, caseOf(call), wholeOf(call, 'buckets')),
  },
  {
    method: 'GET',
    path: '/v1/cases/:case/similar',
    roles: ANYBODY,
    does: 'Lists the decided cases that are most like a case, by kinds of signal and size, 20 at most.',
    status: 200,
    answer: '`similar`: `case`, `likeness` (0 to 1), `signals`, `accountsTotal`, `measure`, `decidedMs`',
    handle: (call) => ({ similar: findSimilar(call.ports.store, caseOf(call)) }),
  },
];
