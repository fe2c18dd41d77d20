import { type AppealRow, readAppeals } from '../projections/appeals-projection.ts';
import { type ExchangeRow, readExchangesAfter } from '../projections/exchanges-projection.ts';
import { type LinkRow, readRepresentations } from '../projections/hearings-projection.ts';
import { readStanding } from '../projections/standings-projection.ts';
import { ServerError } from '../server-error.ts';
import type { CaseContext } from './case-ports.ts';
import { type IssuedLink, issueLink, openLink, revokeLink } from './links.ts';
import {
  acknowledge,
  acknowledgeBy,
  type Received,
  receiveSubmission,
  type Submission,
} from './representations.ts';
import { composeStatement, type Statement } from './statement.ts';

const HOUR_MS = 3_600_000;
const RECEIPTS_PAGE = 200;

/** All that the holder of an account sees of their case. */
export type HeardCase = {
  readonly account: string;
  readonly case: string;
  readonly standing: string;
  /** Null where nothing was decided about the account. */
  readonly statement: Statement | null;
  readonly submissions: readonly {
    readonly representation: string;
    readonly kind: string;
    readonly bytes: number;
    readonly receivedMs: number;
    readonly acknowledgedMs: number | null;
    readonly acknowledgeByMs: number;
  }[];
  readonly appeals: readonly {
    readonly appeal: string;
    readonly madeMs: number;
    readonly isDecided: boolean;
    readonly decideByMs: number;
  }[];
  readonly contact: string;
  readonly linkExpiresMs: number;
};

/** How the holder of an account is heard: links for them, and what a link lets them see and send. */
export function createHearing(context: CaseContext) {
  const { store, settings } = context;

  function show(link: LinkRow): HeardCase {
    const { db } = store;
    const ofAccount = (appeal: AppealRow) => appeal.account === link.account;
    return {
      account: link.account,
      case: link.case,
      standing: readStanding(db, link.account)?.standing ?? 'open',
      statement: statementOrNone(context, link),
      submissions: readRepresentations(db, link.case, link.account).map((each) => ({
        representation: each.representation,
        kind: each.kind,
        bytes: each.bytes,
        receivedMs: each.receivedMs,
        acknowledgedMs: each.acknowledgedMs,
        acknowledgeByMs: acknowledgeBy(each.receivedMs),
      })),
      appeals: readAppeals(db, link.case)
        .filter(ofAccount)
        .map(({ appeal, timeMs, decision }) => ({
          appeal,
          madeMs: timeMs,
          isDecided: decision !== null,
          decideByMs: timeMs + settings.appealHours * HOUR_MS,
        })),
      contact: context.contact(),
      linkExpiresMs: link.expiresMs,
    };
  }

  return {
    issue: (input: Parameters<typeof issueLink>[1]): Promise<IssuedLink> => issueLink(context, input),
    revoke: (input: Parameters<typeof revokeLink>[1]) => revokeLink(context, input),
    open: (token: string): LinkRow => openLink(context, token),
    show,
    /** The account's own exchanges, oldest first, from an index on; each has a receipt under its index. */
    receipts(link: LinkRow, afterIndex: number): { receipts: ExchangeRow[]; next: number | null } {
      const found = readExchangesAfter(store.db, link.account, afterIndex, RECEIPTS_PAGE + 1);
      const receipts = found.slice(0, RECEIPTS_PAGE);
      return {
        receipts,
        next: found.length > RECEIPTS_PAGE ? (receipts.at(-1)?.admittedIndex ?? null) : null,
      };
    },
    submit: (link: LinkRow, submission: Submission): Promise<Received> =>
      receiveSubmission(context, link, submission),
    acknowledge: (input: Parameters<typeof acknowledge>[1]) => acknowledge(context, input),
  };
}

function statementOrNone(context: CaseContext, { case: caseId, account }: LinkRow): Statement | null {
  try {
    return composeStatement(context, caseId, account);
  } catch (error) {
    if (error instanceof ServerError && error.code === 'conflict') return null;
    throw error;
  }
}
