import { conformalP, floorOf, maximumFor } from '../calibration/conformal.ts';
import { findDrift } from '../calibration/drift.ts';
import { discoveryCut } from '../calibration/false-discoveries.ts';
import { maximumOf, type WatchedAccount } from './watched-account.ts';

/** Of the accounts flagged, at most this share is expected to be benign, whatever alpha is. */
export const FALSE_SHARE = 0.2;
/** Exchanges a day that part people from programs. */
const PROGRAM_PER_DAY = 60;

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
 * Compares the highest score of every account's life with those of benign lives. People and programs are compared with their like where
 * there are benign accounts enough of both (a Mondrian conformal test: the bound holds within each).
 */
export function judge(
  benign: ReadonlyMap<string, WatchedAccount>,
  traffic: ReadonlyMap<string, WatchedAccount>,
  alpha: number,
): Verdict {
  const strata = calibrate([...benign.values()], alpha);
  const calibrationOf = (watched: WatchedAccount): Float64Array => strata[isProgram(watched) ? 1 : 0];
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

function calibrate(
  benign: readonly WatchedAccount[],
  alpha: number,
): readonly [people: Float64Array, programs: Float64Array] {
  const maxima = (accounts: readonly WatchedAccount[]): Float64Array =>
    Float64Array.from(accounts, maximumOf).sort();
  const people = benign.filter((each) => !isProgram(each));
  const programs = benign.filter(isProgram);
  const floor = floorOf(alpha);
  if (people.length >= floor && programs.length >= floor) return [maxima(people), maxima(programs)];
  const all = maxima(benign);
  return [all, all];
}

/** By pace alone, which a caller can change and which bounds nothing: each side has its own bound. */
function isProgram({ state }: WatchedAccount): boolean {
  const days = Math.max(0.5, (state.lastTime - state.firstTime) / 86_400);
  return state.exchanges / days > PROGRAM_PER_DAY;
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
