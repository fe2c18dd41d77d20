import type { Detector } from '../detector.ts';
import { createRandom } from '../random.ts';
import { sha256 } from '../sha256.ts';
import type { Traffic } from '../traffic.ts';
import type { Calibration } from './calibration.ts';
import { checkAlpha } from './check-options.ts';
import { usualOf } from './describe-account.ts';
import { budgetFloorOf, payForLook } from './error-budget.ts';
import { findCampaigns } from './find-campaigns.ts';
import type { HuntState } from './hunt-state.ts';
import { judge, type Verdict } from './judge.ts';
import { isCountLook, LOOKS_S } from './looks.ts';
import { readHunt, snapshotHunt } from './snapshot-hunt.ts';
import { createSpeaker, type Judged } from './speak.ts';
import { type TrafficStanding, watchTraffic } from './watch-traffic.ts';
import { maximumOf, type WatchedAccount } from './watched-account.ts';

const NAME = 'calibrated-hunt';
const VERSION = '3';
/** Accounts watched at once, about 4 KB each; one more is not watched before the next watch, and so not named. */
const ACCOUNTS_MAX = 32_768;
/** Benign accounts that were watched for less say nothing of how people use a model. */
const WATCH_MIN_S = 86_400;

/** Benign accounts that begin after so much of all benign time were not there at most looks. */
const LATE_SHARE = 0.75;

export type CalibratedHuntOptions = {
  /** Between 0 and 1: most a benign account may be named with, in one watch. */
  readonly alpha: number;
  readonly calibration: Calibration;
  readonly accountsMax?: number;
};

/** Whether anybody may be named, and why not. */
export type Guarantee = { readonly guarantee: 'held' | 'suspended'; readonly reasons: readonly string[] };

export type CalibratedHunt = Detector<HuntState> & {
  /** As of the last look. */
  guaranteeOf(state: HuntState): Guarantee;
};

/**
 * Watches live traffic beside the benign accounts of a calibration, and names accounts that stand above nearly all of them: by themselves or as campaigns. A benign account
 * that behaves like those calibrated on is named in one watch with a chance of at most alpha, however often it is looked at (see `error-budget.ts`). A watch is as long as the
 * benign accounts were watched; then another begins. Throws `DetectionError` `bad_threshold`.
 */
export function createCalibratedHunt(options: CalibratedHuntOptions): CalibratedHunt {
  const { alpha, calibration, accountsMax = ACCOUNTS_MAX } = options;
  checkAlpha(alpha);
  const calibrated = calibration.accounts();
  const watchS = Math.min(calibration.history.span(), LOOKS_S.at(-1) as number);
  const always = shortcomings([...calibrated.values()], calibration.history.span(), watchS, alpha);
  const thresholds = { alpha, accountsMax, benignAccounts: calibrated.size, watchSeconds: watchS };
  const digest = sha256(JSON.stringify([NAME, VERSION, thresholds, calibration.digest]));
  const speaker = createSpeaker({
    detector: { detector: NAME, version: VERSION, digest },
    alpha,
    watchS,
    benignAccounts: calibrated.size,
    usual: usualOf(calibrated.values()),
  });

  const watchBeside = (benign: Map<string, WatchedAccount>, from?: TrafficStanding) =>
    watchTraffic({ ...calibration, benign, accountsMax, ...(from === undefined ? {} : { from }) });

  /** A new watch knows nobody; what was spoken of stays known. */
  function begin(state: HuntState): void {
    state.benign = calibration.accounts();
    state.watch = watchBeside(state.benign);
    state.named = new Map();
    state.spent = new Set();
    pay(state);
  }

  /** What a look at everybody costs, and whom it lets be named until the next one. */
  function pay(state: HuntState): void {
    if (always.length > 0) return;
    const maxima = new Map([...state.benign].map(([name, watched]) => [name, maximumOf(watched)]));
    const budget = payForLook(maxima, state.spent, alpha);
    state.threshold = budget.threshold;
    state.reasons = budget.isSpent ? [SPENT] : [];
  }

  /** Names who stands above the threshold. @returns the verdict where anybody may be named */
  function nameAll(state: HuntState, exchange: Traffic): Verdict | undefined {
    const { watch, benign, named } = state;
    const verdict = judge(benign, watch.accounts, alpha);
    state.reasons = [...verdict.reasons, ...state.reasons.filter((reason) => reason === SPENT)];
    if (state.reasons.length > 0) return undefined;
    for (const [account, watched] of watch.accounts) {
      const stands =
        maximumOf(watched) > state.threshold && (verdict.p.get(account) as number) <= verdict.cut;
      if (stands && !named.has(account)) named.set(account, { time: exchange.time });
    }
    return verdict;
  }

  function judgeNow(state: HuntState, exchange: Traffic): Judged | undefined {
    const verdict = nameAll(state, exchange);
    if (verdict === undefined || state.named.size === 0) return undefined;
    const { watch, named } = state;
    const random = createRandom(calibration.seed);
    // Every member is named by its own traffic, so that none is kept apart for the p of them all.
    const campaigns = findCampaigns(named, watch.neighbours, watch.accounts, verdict, 1, random);
    return { verdict, campaigns };
  }

  return {
    name: NAME,
    version: VERSION,
    thresholds,
    readsResponses: false,
    digest: () => digest,
    initial() {
      const state = {
        threshold: Number.POSITIVE_INFINITY,
        reasons: always,
        spoken: new Map(),
        keys: new Map(),
        nextOrder: 1,
      } as Partial<HuntState> as HuntState;
      begin(state);
      return state;
    },
    step(state, exchange) {
      const { start } = state.watch;
      if (start !== undefined && exchange.time - start > watchS) begin(state);
      const { looks } = state.watch;
      const watched = state.watch.observe(exchange);
      const hasLooked = state.watch.looks > looks;
      if (hasLooked) pay(state);
      if (always.length > 0) return { state, findings: [] };
      const mayRise = watched !== undefined && isCountLook(watched.state.exchanges);
      const isAbove = mayRise && !state.named.has(exchange.account) && maximumOf(watched) > state.threshold;
      if (!hasLooked && !isAbove) return { state, findings: [] };
      const judged = judgeNow(state, exchange);
      return { state, findings: judged === undefined ? [] : speaker.speak(state, judged) };
    },
    snapshot: (state) => snapshotHunt(state, digest, calibrated),
    restore(json) {
      const { standing, ...rest } = readHunt(json, digest, calibration.accounts());
      return { ...rest, watch: watchBeside(rest.benign, standing) };
    },
    guaranteeOf: ({ reasons }) => ({ guarantee: reasons.length === 0 ? 'held' : 'suspended', reasons }),
  };
}

const SPENT =
  'The looks of this watch have used up what alpha allows: with the traffic beside them, other benign accounts came to stand among the highest than before. Nobody more is named before the next watch. More benign accounts make it last longer.';

/** What no look can make good. */
function shortcomings(
  benign: readonly WatchedAccount[],
  spanS: number,
  watchS: number,
  alpha: number,
): string[] {
  const accounts = benign.length;
  const floor = budgetFloorOf(alpha);
  const reasons: string[] = [];
  if (accounts < floor)
    reasons.push(
      `An alpha of ${alpha} needs at least ${floor} benign accounts where traffic is watched as it comes, and there are ${accounts}: give more of them, or a larger alpha.`,
    );
  if (watchS < WATCH_MIN_S)
    reasons.push('The benign accounts were watched for less than a day: give more of their traffic.');
  const late = benign.filter(({ state }) => state.firstTime > LATE_SHARE * spanS).length;
  if (late > accounts / 2)
    reasons.push(
      `Of ${accounts} benign accounts ${late} begin in the last quarter of the time that the benign files span, so that live accounts would be looked at beside hardly any of them: give files in which most begin at about the same time.`,
    );
  return reasons;
}
