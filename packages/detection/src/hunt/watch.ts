import type { Score } from '../score/score.ts';
import { ownSignals } from '../signals/account-signals.ts';
import { createEmbedder } from '../signals/embed-prompt.ts';
import type { Traffic } from '../traffic.ts';
import { createBenignHistory } from './benign-history.ts';
import { type LookRow, watchTraffic } from './watch-traffic.ts';
import { noteScore, type WatchedAccount } from './watched-account.ts';

export type Watch = {
  observeBenign(traffic: Traffic): void;
  observeTraffic(traffic: Traffic): void;
  /** The last look, at the end of the traffic. */
  end(): void;
  readonly benign: ReadonlyMap<string, WatchedAccount>;
  readonly traffic: ReadonlyMap<string, WatchedAccount>;
  /** Near neighbours among the traffic at the last look that saw the account; nearest first. */
  readonly neighbours: ReadonlyMap<string, readonly string[]>;
  /** Unix seconds of the first exchange of the traffic; times of rises count from it. */
  start(): number;
  /** Seconds that benign accounts and traffic were watched. */
  spans(): { benign: number; traffic: number };
};

export type WatchOptions = {
  readonly seed: number;
  readonly score: Score;
  readonly onRow?: (row: LookRow) => void;
};

/**
 * Watches benign accounts and traffic side by side: each side's clock starts at its own first exchange, and a benign account takes part in
 * every look as an account of the traffic would. Nothing in a score depends on which side an account is of, so that a benign account of the traffic
 * is exchangeable with those calibrated on.
 */
export function createWatch({ seed, score, onRow }: WatchOptions): Watch {
  const embedder = createEmbedder(seed);
  /** Looks at benign accounts by themselves; noted at the end, as far as the traffic has been watched by then. */
  const waiting: { watched: WatchedAccount; elapsed: number; signals: Float64Array }[] = [];
  const history = createBenignHistory(embedder, seed, (watched, elapsed) => {
    const signals = ownSignals(watched.state, elapsed);
    const { account, exchanges } = watched.state;
    onRow?.({ account, known: true, elapsed, exchanges, signals });
    waiting.push({ watched, elapsed, signals });
  });
  const live = watchTraffic({
    seed,
    score,
    embedder,
    history,
    benign: history.accounts,
    onLastLook(elapsed) {
      for (const { watched, elapsed: time, signals } of waiting) {
        if (time <= elapsed) noteScore(watched, score.alone(signals), time, signals);
      }
    },
    ...(onRow === undefined ? {} : { onRow }),
  });
  return {
    benign: history.accounts,
    traffic: live.accounts,
    neighbours: live.neighbours,
    observeBenign: (exchange) => history.observe(exchange),
    observeTraffic: (exchange) => void live.observe(exchange),
    end: () => live.end(),
    start: () => live.start ?? 0,
    spans: () => ({ benign: history.span(), traffic: live.span }),
  };
}
