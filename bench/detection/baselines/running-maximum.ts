import type { Traffic } from '@portcullis/detection';
import { hashText } from '../../../packages/detection/src/hash32.ts';
import type { DetectorContext, DetectorUnderTest, Verdict } from '../evaluate/detector-under-test.ts';

/** An account's score after this exchange, the larger the more suspicious; -Infinity while there is too little to say. */
export type Scorer = (exchange: Traffic) => number;

export type Baseline = {
  readonly name: string;
  /** Learns from benign accounts, which are then not calibrated on; null where there is nothing to learn. */
  readonly fit: ((benign: Iterable<Traffic>, context: DetectorContext) => () => Scorer) | null;
  /** A scorer without learning. */
  readonly create?: () => Scorer;
};

/** Half of the benign accounts teach, the other half calibrate. */
const teaches = ({ account }: Traffic): boolean => (hashText(account, 3) & 1) === 0;

function* filter(traffic: Iterable<Traffic>, keep: (exchange: Traffic) => boolean): Generator<Traffic> {
  for (const exchange of traffic) if (keep(exchange)) yield exchange;
}

/**
 * Makes a detector of a score: an account is flagged when its score exceeds what the running maximum of all but an alpha of
 * benign accounts ever reached, p = (1 + #{M_i >= M}) / (n + 1). The bound is the same for every baseline; what differs is the score.
 */
export function calibrateRunningMaximum({ name, fit, create }: Baseline): DetectorUnderTest {
  return {
    name,
    run(benign, traffic, alphas, context) {
      const make = fit ? fit(filter(benign, teaches), context) : (create as () => Scorer);
      const maxima = runningMaxima(fit ? filter(benign, (exchange) => !teaches(exchange)) : benign, make());
      const sorted = [...maxima.values()].sort((a, b) => b - a);
      const ranks = alphas.map((alpha) => Math.floor(alpha * (sorted.length + 1)));
      const thresholds = ranks.map((rank) => (rank < 1 ? Infinity : (sorted[rank - 1] as number)));
      return judge(traffic, make(), thresholds);
    },
  };
}

function runningMaxima(traffic: Iterable<Traffic>, score: Scorer): Map<string, number> {
  const maxima = new Map<string, number>();
  for (const exchange of traffic) {
    const before = maxima.get(exchange.account) ?? -Infinity;
    maxima.set(exchange.account, Math.max(before, score(exchange)));
  }
  return maxima;
}

type Account = { account: string; flagged: boolean; at_exchange: number | null; at_time: number | null };

function judge(traffic: Iterable<Traffic>, score: Scorer, thresholds: readonly number[]): Verdict[] {
  const exchanges = new Map<string, number>();
  const verdicts = thresholds.map(() => new Map<string, Account>());
  for (const exchange of traffic) {
    const { account, time } = exchange;
    const count = (exchanges.get(account) ?? 0) + 1;
    exchanges.set(account, count);
    const value = score(exchange);
    thresholds.forEach((threshold, i) => {
      const flagged = verdicts[i] as Map<string, Account>;
      if (value > threshold && !flagged.has(account))
        flagged.set(account, { account, flagged: true, at_exchange: count, at_time: time });
    });
  }
  return verdicts.map((flagged, i) => ({
    guarantee: thresholds[i] === Infinity ? 'suspended' : 'held',
    accounts: [...exchanges.keys()].map(
      (account) => flagged.get(account) ?? { account, flagged: false, at_exchange: null, at_time: null },
    ),
  }));
}
