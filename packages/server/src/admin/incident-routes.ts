import { CLOCK_ROWS } from '../policy/clocks/clock-rows.ts';
import { ADMIN, ANYBODY, REVIEWERS } from './roles.ts';
import type { Call, Route } from './route.ts';

const incidentOf = ({ params }: Call) => params.incident as string;
const text = ({ body }: Call, field: string) => body[field] as string;
const SHOWN =
  '`incident`, `case`, `what`, `kinds`, `awareMs`, `resolvedMs`, `classified`, `reports`, `undecided` (rules), `due`: `clock`, `rule`, `clause`, `state` (waits, runs, late, done, over), `dueMs`, `who`, `what`, `where`, `source`, `asOf`, …';

/** Incidents, their clocks, and everything that has a deadline. */
export const INCIDENT_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/deadlines',
    roles: ANYBODY,
    does: 'Lists what must be done by when (cases, appeals, acknowledgements, incidents), the earliest first.',
    status: 200,
    answer: '`deadlines`: `of`, `case`, `deadline`, `what`, `dueMs`, `isLate`, `missedIndex`',
    handle: ({ ports }) => ({ deadlines: ports.cases.deadlines() }),
  },
  {
    method: 'GET',
    path: '/v1/oversight',
    roles: ANYBODY,
    does: 'Tells how people review: time spent, agreement with the detector and with each other, what was overturned, and alarms.',
    status: 200,
    answer:
      '`views`, `decisions`, `dwellToViewMs`, `dwellToDecisionMs` (medians), `agreesWithDetector`, `agreesWithOthers`, `knownAnswered`, `knownRight`, `proposalsRejected`, `overturnedOnAppeal` (shares, null where nothing can be said), `appealsDecided`, `undone`, `people`: `person`, the same, `alarms`; `alarms`',
    handle: ({ ports }) => ports.cases.oversight(),
  },
  {
    method: 'POST',
    path: '/v1/known-cases',
    roles: ADMIN,
    does: 'Mixes in a synthetic case whose answer (extraction or not) is known. It looks like any other until somebody commits a view.',
    body: { answer: 'text' },
    status: 201,
    answer: '`known`, never which case it is',
    handle: ({ ports, by, body }) => ports.cases.mixInKnown({ by, answer: body.answer as 'extraction' }),
  },
  {
    method: 'GET',
    path: '/v1/clocks',
    roles: ANYBODY,
    does: 'Lists the deadlines that rules set, as data.',
    status: 200,
    answer:
      '`clocks`: `clock`, `rule`, `clause`, `starts`, `kinds`, `hours`, `repeats`, `who`, `what`, `where`, `from`, `source`, `asOf`',
    handle: () => ({ clocks: CLOCK_ROWS }),
  },
  {
    method: 'GET',
    path: '/v1/incidents',
    roles: ANYBODY,
    does: 'Lists incidents, newest first.',
    status: 200,
    answer: '`incidents`, each as below',
    handle: ({ ports }) => ({ incidents: ports.cases.incidents.list() }),
  },
  {
    method: 'GET',
    path: '/v1/incidents/:incident',
    roles: ANYBODY,
    does: 'Shows an incident and every clock that it started.',
    status: 200,
    answer: SHOWN,
    handle: (call) => call.ports.cases.incidents.show(incidentOf(call)),
  },
  {
    method: 'POST',
    path: '/v1/incidents',
    roles: REVIEWERS,
    does: 'Says that somebody became aware of an incident (`aware`: RFC 3339, now where left out): every clock starts.',
    body: { what: 'text', kinds: 'texts', aware: 'text?', case: 'text?' },
    status: 201,
    answer: 'the incident',
    handle: (call) =>
      call.ports.cases.incidents.become({
        by: call.by,
        what: text(call, 'what'),
        kinds: call.body.kinds as string[],
        ...(call.body.aware === undefined ? {} : { aware: text(call, 'aware') }),
        ...(call.body.case === undefined ? {} : { case: text(call, 'case') }),
      }),
  },
  {
    method: 'POST',
    path: '/v1/incidents/:incident/classify',
    roles: REVIEWERS,
    does: 'Decides whether a rule asks for a report, with reasons; a later one replaces it.',
    body: { rule: 'text', reportable: 'boolean', reasons: 'text' },
    status: 201,
    answer: 'the incident',
    handle: (call) =>
      call.ports.cases.incidents.classify({
        incident: incidentOf(call),
        by: call.by,
        rule: text(call, 'rule'),
        reportable: call.body.reportable as boolean,
        reasons: text(call, 'reasons'),
      }),
  },
  {
    method: 'POST',
    path: '/v1/incidents/:incident/reports',
    roles: REVIEWERS,
    does: 'Writes down that a report was made, with its reference; the rule must have been found to apply.',
    body: { clock: 'text', reference: 'text' },
    status: 201,
    answer: 'the incident',
    handle: (call) =>
      call.ports.cases.incidents.report({
        incident: incidentOf(call),
        by: call.by,
        clock: text(call, 'clock'),
        reference: text(call, 'reference'),
      }),
  },
  {
    method: 'POST',
    path: '/v1/incidents/:incident/resolve',
    roles: REVIEWERS,
    does: 'Says that it is resolved, which starts the clocks of final reports.',
    body: { reasons: 'text', resolved: 'text?' },
    status: 201,
    answer: 'the incident',
    handle: (call) =>
      call.ports.cases.incidents.resolve({
        incident: incidentOf(call),
        by: call.by,
        reasons: text(call, 'reasons'),
        ...(call.body.resolved === undefined ? {} : { resolved: text(call, 'resolved') }),
      }),
  },
];
