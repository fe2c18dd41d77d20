import { floorOf } from '../calibration/conformal.ts';
import { createRandom } from '../random.ts';
import { fittedScore } from '../score/fitted-score.ts';
import { createScore } from '../score/score.ts';
import { sha256 } from '../sha256.ts';
import type { Traffic } from '../traffic.ts';
import { checkAlpha, checkSeed } from './check-options.ts';
import { CLEARED, describeAccount, type Usual, usualOf } from './describe-account.ts';
import { findCampaigns } from './find-campaigns.ts';
import type { HuntAccount, HuntReport } from './hunt-report.ts';
import { judge, type Verdict } from './judge.ts';
import { createWatch, type Watch } from './watch.ts';
import { maximumOf, type WatchedAccount } from './watched-account.ts';

const VERSION = 'hunt/3';

export type HuntOptions = {
  /** Between 0 and 1: most a benign account may be named with. */
  readonly alpha: number;
  /** Non-negative safe integer; every random choice follows from it. */
  readonly seed?: number;
};

/**
 * One pass over exported traffic: first every benign exchange, then every exchange to be judged, each in the order of its
 * time. State is bounded by the number of accounts.
 */
export type Hunt = {
  observeBenign(traffic: Traffic): void;
  observeTraffic(traffic: Traffic): void;
  /** Judges what was observed; nothing may be observed afterwards. */
  conclude(): HuntReport;
};

/** Throws `DetectionError` `bad_threshold` for an alpha or seed out of range. */
export function createHunt({ alpha, seed = 1 }: HuntOptions): Hunt {
  checkAlpha(alpha);
  checkSeed(seed);
  const watch = createWatch({ seed, score: createScore(fittedScore) });
  return {
    observeBenign: (traffic) => watch.observeBenign(traffic),
    observeTraffic: (traffic) => watch.observeTraffic(traffic),
    conclude() {
      watch.end();
      return concludeWatch(watch, alpha, seed);
    },
  };
}

function concludeWatch(watch: Watch, alpha: number, seed: number): HuntReport {
  const verdict = judge(watch.benign, watch.traffic, alpha);
  const usual = usualOf(watch.benign.values());
  const flagged = new Map<string, { time: number; exchanges: number }>();
  for (const [account, watched] of watch.traffic) {
    const since = flaggedSince(watched, verdict, account);
    if (since !== undefined)
      flagged.set(account, { time: watch.start() + since.time, exchanges: since.exchanges });
  }
  const campaigns = findCampaigns(
    flagged,
    watch.neighbours,
    watch.traffic,
    verdict,
    alpha,
    createRandom(seed),
  );
  const campaignOf = new Map(
    campaigns.flatMap(({ id, accounts }) => accounts.map((account) => [account, id])),
  );
  const accounts = [...watch.traffic]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([account, watched]) => describe(account, watched, flagged.get(account)));

  function describe(
    account: string,
    watched: WatchedAccount,
    since: { time: number; exchanges: number } | undefined,
  ): HuntAccount {
    return {
      account,
      flagged: since !== undefined,
      at_exchange: since?.exchanges ?? null,
      at_time: since?.time ?? null,
      exchanges: watched.state.exchanges,
      p: verdict.p.get(account) as number,
      campaign: campaignOf.get(account) ?? null,
      ...words(watched, usual, since !== undefined || (verdict.p.get(account) as number) <= WORTH_WORDS),
    };
  }

  return {
    alpha,
    guarantee: verdict.reasons.length === 0 ? 'held' : 'suspended',
    reasons: [...verdict.reasons, ...unwatched(watch)],
    calibration: { accounts: watch.benign.size, digest: digestOf(watch, alpha, seed) },
    accounts,
    campaigns,
  };
}

/** What was not looked at because no benign account had been watched for so long. */
function unwatched(watch: Watch): string[] {
  const { benign, traffic } = watch.spans();
  if (benign === 0 || traffic < LONGER * benign) return [];
  return [
    `The traffic lasts ${days(traffic)} days and the benign exchanges ${days(benign)}: accounts were watched for as long as benign ones were, and nothing that they sent later was looked at. Give benign exchanges of as many days.`,
  ];
}

/** Logs of the same days differ by less in when they begin and end. */
const LONGER = 1.1;
const days = (seconds: number): number => Number((seconds / 86_400).toPrecision(2));

/** Accounts with a larger p have nothing said of them: there is nothing to explain. */
const WORTH_WORDS = 0.2;

function words(
  watched: WatchedAccount,
  usual: Usual,
  worth: boolean,
): Pick<HuntAccount, 'signals' | 'against'> {
  if (!worth) return { signals: [], against: [] };
  const { signals, against } = describeAccount(watched, usual);
  return { signals, against: [...against, CLEARED] };
}

/** The first look at which the score had reached what the whole life was judged by. */
function flaggedSince(
  watched: WatchedAccount,
  verdict: Verdict,
  account: string,
): { time: number; exchanges: number } | undefined {
  if (verdict.cut === 0 || (verdict.p.get(account) as number) > verdict.cut) return undefined;
  const threshold = verdict.thresholdOf(watched);
  return watched.rises.find(({ score }) => score >= threshold) ?? watched.rises.at(-1);
}

/** Names what accounts were compared with, and how. */
function digestOf(watch: Watch, alpha: number, seed: number): string {
  const maxima = [...watch.benign.values()].map(maximumOf).sort((a, b) => a - b);
  const text = JSON.stringify([VERSION, fittedScore, alpha, seed, floorOf(alpha), maxima.map(String)]);
  return `sha256:${sha256(text)}`;
}
