import { conformalP, floorOf, maximumFor } from '../calibration/conformal.ts';
import { findDrift } from '../calibration/drift.ts';
import { joinRareKinds } from '../calibration/strata.ts';
import { discoveryCut } from '../calibration/false-discoveries.ts';
import { KINDS } from './kind-of-use.ts';
import { maximumOf, type WatchedAccount } from './watched-account.ts';

/** Of the accounts flagged, at most this share is expected to be benign, whatever alpha is. */
export const FALSE_SHARE = 0.2;

/**
 * Benign accounts a kind of use needs to be compared with its like alone, in floors of alpha. With one floor an account has to stand above every
 * benign life of its kind, and a single odd one hides all extractors; with four it may be the fourth. The bound holds either way.
 */
const GROUP_FLOORS = 4;

export type Verdict = {
  /** Of each account of the traffic. */
  readonly p: ReadonlyMap<string, number>;
  /** The largest p that is flagged; 0 where nobody is. */
  readonly cut: number;
  /** Benign maxima that the account was compared with, ascending. */
  calibrationOf(watched: WatchedAccount): Float64Array;
  /** The score from which an account is flagged. */
  thresholdOf(watched: WatchedAccount): number;
  /** Why nobody may be flagged; empty where the guarantee is held. */
  readonly reasons: readonly string[];
};

/**
 * Compares the highest score of every account's life with those of benign lives of the same kind of use. Accounts that were never looked at are in no count on either
 * side: they sent too little, or, where benign files begin long before most of their accounts do, too late. Beside them everybody else would look rare.
 */
export function judge(
  benign: ReadonlyMap<string, WatchedAccount>,
  traffic: ReadonlyMap<string, WatchedAccount>,
  alpha: number,
): Verdict {
  const known = [...benign.values()].filter(wasLookedAt);
  const byKind = calibrate(known, alpha);
  const calibrationOf = ({ kind }: WatchedAccount): Float64Array => byKind[kind] as Float64Array;
  const p = new Map<string, number>();
  const judged: number[] = [];
  for (const [account, watched] of traffic) {
    const looked = wasLookedAt(watched);
    const own = looked ? conformalP(maximumOf(watched), calibrationOf(watched)) : 1;
    if (looked) judged.push(own);
    p.set(account, own);
  }
  const reasons = [...tooFew(known.length, benign.size, alpha), ...drifted(judged, known.length)];
  const cut = reasons.length > 0 ? 0 : Math.min(alpha, discoveryCut(judged, FALSE_SHARE));
  return {
    p,
    cut,
    reasons,
    calibrationOf,
    thresholdOf: (watched) => maximumFor(cut, calibrationOf(watched)),
  };
}

const wasLookedAt = (watched: WatchedAccount): boolean => maximumOf(watched) !== Number.NEGATIVE_INFINITY;

/** Benign maxima by kind of use, ascending; rare kinds share theirs. */
function calibrate(benign: readonly WatchedAccount[], alpha: number): Float64Array[] {
  const counts = Array.from(
    { length: KINDS },
    (_, kind) => benign.filter((watched) => watched.kind === kind).length,
  );
  const groupOf = joinRareKinds(counts, GROUP_FLOORS * floorOf(alpha));
  const groups = new Map<number, number[]>(groupOf.map((group) => [group, []]));
  for (const watched of benign) groups.get(groupOf[watched.kind] as number)?.push(maximumOf(watched));
  const sorted = new Map([...groups].map(([group, maxima]) => [group, Float64Array.from(maxima).sort()]));
  return groupOf.map((group) => sorted.get(group) as Float64Array);
}

/** @param lookedAt of the benign accounts, those that sent enough in time */
function tooFew(lookedAt: number, accounts: number, alpha: number): string[] {
  const floor = floorOf(alpha);
  if (lookedAt >= floor) return [];
  const which =
    lookedAt === accounts
      ? ''
      : `, of which ${lookedAt} sent enough, within as long as the traffic lasts after the first benign exchange, to be looked at`;
  return [
    `An alpha of ${alpha} needs at least ${floor} benign accounts and there are ${accounts}${which}: give more of them, or a larger alpha.`,
  ];
}

function drifted(ps: readonly number[], calibrated: number): string[] {
  const drift = findDrift(ps, calibrated);
  if (drift === undefined) return [];
  return [
    `The traffic is unlike the benign accounts as a whole: of ${drift.accounts} accounts that nothing points at, ${drift.found} stand in the upper part of the benign scores, where ${drift.expected} were to be expected. Give benign accounts of the kinds of use and of the weeks that the traffic has.`,
  ];
}
