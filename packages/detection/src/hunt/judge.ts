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
 * Compares the highest score of every account's life with those of benign lives of the same kind of use.
 */
export function judge(
  benign: ReadonlyMap<string, WatchedAccount>,
  traffic: ReadonlyMap<string, WatchedAccount>,
  alpha: number,
): Verdict {
  const byKind = calibrate([...benign.values()], alpha);
  const calibrationOf = (watched: WatchedAccount): Float64Array => byKind[kindOf(watched)] as Float64Array;
  const p = new Map<string, number>();
  for (const [account, watched] of traffic)
    p.set(account, conformalP(maximumOf(watched), calibrationOf(watched)));
  const reasons = [...tooFew(benign.size, alpha), ...drifted([...p.values()], benign.size)];
  const cut = reasons.length > 0 ? 0 : Math.min(alpha, discoveryCut([...p.values()], FALSE_SHARE));
  return {
    p,
    cut,
    reasons,
    calibrationOf,
    thresholdOf: (watched) => maximumFor(cut, calibrationOf(watched)),
  };
}

/** Accounts too short to be looked at are a kind of their own: among others they would only make busy accounts look rarer than they are. */
const kindOf = (watched: WatchedAccount): number =>
  maximumOf(watched) === Number.NEGATIVE_INFINITY ? KINDS : watched.kind;

/** Benign maxima by kind of use, ascending; rare kinds share theirs. */
function calibrate(benign: readonly WatchedAccount[], alpha: number): Float64Array[] {
  const kinds = benign.map(kindOf);
  const counts = Array.from({ length: KINDS + 1 }, (_, kind) => kinds.filter((each) => each === kind).length);
  const groupOf = joinRareKinds(counts, GROUP_FLOORS * floorOf(alpha));
  const groups = new Map<number, number[]>(groupOf.map((group) => [group, []]));
  benign.forEach((watched, i) => {
    groups.get(groupOf[kinds[i] as number] as number)?.push(maximumOf(watched));
  });
  const sorted = new Map([...groups].map(([group, maxima]) => [group, Float64Array.from(maxima).sort()]));
  return groupOf.map((group) => sorted.get(group) as Float64Array);
}

function tooFew(accounts: number, alpha: number): string[] {
  const floor = floorOf(alpha);
  if (accounts >= floor) return [];
  return [
    `An alpha of ${alpha} needs at least ${floor} benign accounts and there are ${accounts}: give more of them, or a larger alpha.`,
  ];
}

function drifted(ps: readonly number[], calibrated: number): string[] {
  const drift = findDrift(ps, calibrated);
  if (drift === undefined) return [];
  return [
    `The traffic is unlike the benign accounts as a whole: of ${drift.accounts} accounts that nothing points at, ${drift.found} stand in the upper part of the benign scores, where ${drift.expected} were to be expected. Give benign accounts of the kinds of use and of the weeks that the traffic has.`,
  ];
}
