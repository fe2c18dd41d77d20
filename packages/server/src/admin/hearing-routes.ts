import { REVIEWERS } from './roles.ts';
import type { Call, Route } from './route.ts';

const of = ({ params, by }: Call) => ({
  case: params.case as string,
  account: params.account as string,
  by,
});
const STATEMENT =
  '`case`, `account`, `decision`, `decidedMs`, `what`, `howLong`, `facts`, `automation`, `rule`, `reasons`, `appeal`';

/** How the holders of accounts are told and heard. */
export const HEARING_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/cases/:case/accounts/:account/statement',
    roles: REVIEWERS,
    does: 'Composes the statement of reasons as it is now, without writing it down.',
    status: 200,
    answer: STATEMENT,
    handle: ({ ports, params }) => ports.cases.statement(params.case as string, params.account as string),
  },
  {
    method: 'POST',
    path: '/v1/cases/:case/accounts/:account/statement',
    roles: REVIEWERS,
    does: 'Writes the statement of reasons down: its text is sealed, and the ledger commits to it.',
    status: 201,
    answer: `\`statement\` (id), \`text\`, \`content\`: ${STATEMENT}`,
    handle: (call) => call.ports.cases.issueStatement(of(call)),
  },
  {
    method: 'POST',
    path: '/v1/cases/:case/accounts/:account/links',
    roles: REVIEWERS,
    does: 'Makes a link with which the holder of the account sees the statement and answers.',
    body: { days: 'number?' },
    status: 201,
    answer: '`link` (id), `token`, shown this once, `expiresMs`, `url` (null where the page is not served)',
    handle: async (call) => {
      const days = call.body.days as number | undefined;
      const made = await call.ports.cases.hearing.issue({
        ...of(call),
        ...(days === undefined ? {} : { days }),
      });
      const base = call.ports.hearingUrl?.();
      return { ...made, url: base === undefined ? null : `${base}#${made.token}` };
    },
  },
  {
    method: 'DELETE',
    path: '/v1/links/:link',
    roles: REVIEWERS,
    does: 'Withdraws a link; what was sent by it stays.',
    body: { reason: 'text' },
    status: 200,
    answer: '`done`',
    handle: ({ ports, params, by, body }) =>
      ports.cases.hearing.revoke({ link: params.link as string, by, reason: body.reason as string }),
  },
  {
    method: 'POST',
    path: '/v1/cases/:case/representations/:representation/acknowledge',
    roles: REVIEWERS,
    does: 'Says that what an account sent has come; open it as evidence `representation:ID`.',
    status: 201,
    answer: '`done`',
    handle: ({ ports, params, by }) =>
      ports.cases.hearing.acknowledge({
        case: params.case as string,
        representation: params.representation as string,
        by,
      }),
  },
];
