import { ADMIN, ANYBODY, REVIEWERS } from './roles.ts';
import type { Call, Route } from './route.ts';

const turnOf = ({ by, body }: Call) => ({ by, reasons: body.reasons as string });
const SHOWN =
  '`stopped`, `by`, `reasons`, `timeMs`, `waiting` (restrictions that would take effect by themselves), `drills`: `by`, `timeMs`, `passed`, `found`';

/** The switch that stops what no person does. */
export const SWITCH_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/switch',
    roles: ANYBODY,
    does: 'Tells whether what no person does is stopped, and which drills there were.',
    status: 200,
    answer: SHOWN,
    handle: ({ ports }) => ports.cases.killSwitch.show(),
  },
  {
    method: 'POST',
    path: '/v1/switch/stop',
    roles: REVIEWERS,
    does: 'Stops what no person does: no case is opened or extended, and no restriction takes effect by the clock.',
    body: { reasons: 'text' },
    status: 201,
    answer: SHOWN,
    handle: (call) => call.ports.cases.killSwitch.stop(turnOf(call)),
  },
  {
    method: 'POST',
    path: '/v1/switch/start',
    roles: ADMIN,
    does: 'Lets it go on; what waited is done.',
    body: { reasons: 'text' },
    status: 201,
    answer: SHOWN,
    handle: (call) => call.ports.cases.killSwitch.start(turnOf(call)),
  },
  {
    method: 'POST',
    path: '/v1/switch/drill',
    roles: ADMIN,
    does: 'Stops, looks whether anything is done all the same, starts again, and records what was found.',
    body: { reasons: 'text' },
    status: 201,
    answer: '`passed`, `found`',
    handle: (call) => call.ports.cases.killSwitch.drill(turnOf(call)),
  },
];
