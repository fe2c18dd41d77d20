import type { Standing } from '@portcullis/record';
import { readLegalHold } from '../projections/erasures-projection.ts';
import { type Bucket, readActiveSpan, readBuckets, readMembersAfter } from '../projections/case-reads.ts';
import { readCaseFindings, readCases } from '../projections/cases-projection.ts';
import { readDecisions } from '../projections/decisions-projection.ts';
import { type AccountFigures, readFigures } from '../projections/exchanges-projection.ts';
import { readFinding } from '../projections/findings-projection.ts';
import type { ProjectionStore } from '../projections/projection-store.ts';
import { readStanding } from '../projections/standings-projection.ts';
import { ServerError } from '../server-error.ts';
import { requireCase } from './case-rules.ts';

type Store = Pick<ProjectionStore, 'db'>;

const ACCOUNTS_MAX = 1000;
const BUCKETS_MAX = 500;
const SIMILAR_MAX = 20;

export type CaseAccount = AccountFigures & {
  readonly account: string;
  readonly standing: Standing;
  readonly legalHold: boolean;
};

/** Accounts of a case, some at a time. `next` is given as `after`. */
export type AccountPage = {
  readonly accounts: readonly CaseAccount[];
  readonly total: number;
  readonly next: string | null;
};

/** @throws ServerError `not-found`, `bad-request` */
export function pageAccounts(store: Store, caseId: string, after: string, limit = ACCOUNTS_MAX): AccountPage {
  const { db } = store;
  const { accountsTotal } = requireCase(store, caseId);
  checkWhole(limit, 'limit', ACCOUNTS_MAX);
  const found = readMembersAfter(db, caseId, after, limit + 1);
  const shown = found.slice(0, limit);
  const accounts = shown.map((account) => accountOf(store, account));
  return { accounts, total: accountsTotal, next: found.length > limit ? (shown.at(-1) ?? null) : null };
}

/** An account as cases list it. */
export function accountOf({ db }: Store, account: string): CaseAccount {
  return {
    account,
    standing: readStanding(db, account)?.standing ?? 'open',
    legalHold: readLegalHold(db, account) !== undefined,
    ...readFigures(db, account),
  };
}

/** When the accounts of a case sent what, in equal steps. */
export type Timeline = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly widthMs: number;
  readonly buckets: readonly Bucket[];
};

/** @throws ServerError `not-found`, `bad-request` */
export function drawTimeline(store: Store, caseId: string, count = 100): Timeline {
  const { db } = store;
  requireCase(store, caseId);
  checkWhole(count, 'buckets', BUCKETS_MAX);
  const { firstMs, lastMs } = readActiveSpan(db, caseId);
  if (firstMs === null || lastMs === null) return { fromMs: 0, toMs: 0, widthMs: 0, buckets: [] };
  const widthMs = Math.max(1000, Math.ceil((lastMs + 1 - firstMs) / count));
  const toMs = firstMs + widthMs * count;
  return { fromMs: firstMs, toMs, widthMs, buckets: readBuckets(db, caseId, firstMs, toMs, widthMs) };
}

/** A past case, how much it is like this one, and what came of it. */
export type SimilarCase = {
  readonly case: string;
  /** From 0 to 1: kinds of signal in common, and how near the sizes are. */
  readonly likeness: number;
  readonly signals: readonly string[];
  readonly accountsTotal: number;
  readonly measure: string | null;
  readonly decidedMs: number | null;
};

/** Decided cases that are most like a case. The detector's score has no part in it. @throws ServerError `not-found` */
export function findSimilar(store: Store, caseId: string): SimilarCase[] {
  const { db } = store;
  const { accountsTotal } = requireCase(store, caseId);
  const mine = signalsOf(store, caseId);
  return readCases(db, { state: 'decided' })
    .filter((each) => each.case !== caseId)
    .map((each) => {
      const signals = signalsOf(store, each.case);
      const last = readDecisions(db, each.case).findLast(
        ({ step, undoneIndex }) => (step === 'final' || step === 'confirmed') && undoneIndex === null,
      );
      return {
        case: each.case,
        likeness: likenessOf(mine, signals, accountsTotal, each.accountsTotal),
        signals: [...signals].sort(),
        accountsTotal: each.accountsTotal,
        measure: last?.measure ?? null,
        decidedMs: last?.timeMs ?? null,
      };
    })
    .sort((a, b) => b.likeness - a.likeness)
    .slice(0, SIMILAR_MAX);
}

function signalsOf({ db }: Store, caseId: string): Set<string> {
  const findings = readCaseFindings(db, caseId).flatMap((each) => readFinding(db, each.finding) ?? []);
  return new Set(findings.flatMap(({ entry }) => entry.signals.map((signal) => signal.name)));
}

/** Half Jaccard index of the kinds of signal, half the ratio of the smaller number of accounts to the larger. */
function likenessOf(one: Set<string>, other: Set<string>, sizeOne: number, sizeOther: number): number {
  const union = new Set([...one, ...other]).size;
  const common = union === 0 ? 0 : [...one].filter((each) => other.has(each)).length / union;
  const size = Math.min(sizeOne, sizeOther) / Math.max(1, sizeOne, sizeOther);
  return (common + size) / 2;
}

function checkWhole(value: number, name: string, most: number): void {
  if (!Number.isSafeInteger(value) || value < 1 || value > most)
    throw new ServerError('bad-request', `The parameter ${name} is a whole number from 1 to ${most}.`);
}
