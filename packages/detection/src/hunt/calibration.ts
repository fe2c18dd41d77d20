import { fittedScore } from '../score/fitted-score.ts';
import { createScore, type Score } from '../score/score.ts';
import { sha256 } from '../sha256.ts';
import { ownSignals } from '../signals/account-signals.ts';
import { createEmbedder, type Embedder } from '../signals/embed-prompt.ts';
import type { Traffic } from '../traffic.ts';
import { type BenignHistory, createBenignHistory } from './benign-history.ts';
import { checkSeed } from './check-options.ts';
import { LOOKS_S } from './looks.ts';
import { watchTraffic } from './watch-traffic.ts';
import { maximumOf, noteScore, rewatch, type WatchedAccount } from './watched-account.ts';

/** Benign accounts that were watched over their whole lives; what live traffic is compared with. It never changes. */
export type Calibration = {
  readonly seed: number;
  readonly score: Score;
  readonly embedder: Embedder;
  readonly history: BenignHistory;
  /** SHA-256 (lower-case hex) over what was learnt of the benign accounts and the weights of the score. */
  readonly digest: string;
  /** The benign accounts as they stand before any live traffic; each call gives its own, whose maxima may rise. */
  accounts(): Map<string, WatchedAccount>;
};

export type Calibrating = {
  /** Benign exchanges, in the order of their time. */
  observe(traffic: Traffic): void;
  /** Nothing may be observed afterwards. */
  end(): Calibration;
};

/**
 * Watches benign traffic, and at its end looks at all benign accounts together as often as live traffic will be looked at, so that what live accounts are
 * compared with is the maximum over a whole life from the beginning.
 * @param seed non-negative safe integer; every random choice follows from it. Throws `DetectionError` `bad_threshold`.
 */
export function startCalibration({ seed = 1 }: { readonly seed?: number } = {}): Calibrating {
  checkSeed(seed);
  const score = createScore(fittedScore);
  const embedder = createEmbedder(seed);
  const history = createBenignHistory(embedder, seed, (watched, elapsed) => {
    const signals = ownSignals(watched.state, elapsed);
    noteScore(watched, score.alone(signals), elapsed, signals);
  });
  return {
    observe: (traffic) => history.observe(traffic),
    end() {
      const rehearsal = watchTraffic({ seed, score, embedder, history, benign: history.accounts });
      for (const [index, look] of LOOKS_S.entries()) {
        if (look <= history.span()) rehearsal.look(index, look);
      }
      rehearsal.look(LOOKS_S.length, history.span());
      return {
        seed,
        score,
        embedder,
        history,
        digest: digestOf(history, seed),
        accounts: () => new Map([...history.accounts].map(([name, watched]) => [name, rewatch(watched)])),
      };
    },
  };
}

function digestOf(history: BenignHistory, seed: number): string {
  const accounts = [...history.accounts.values()].map((watched) => {
    const { account, exchanges, firstTime, lastTime, cellsReached, gapLogSum } = watched.state;
    return [account, exchanges, firstTime, lastTime, cellsReached, gapLogSum, String(maximumOf(watched))];
  });
  accounts.sort(([a], [b]) => ((a as string) < (b as string) ? -1 : 1));
  return sha256(JSON.stringify([fittedScore, seed, history.span(), accounts]));
}
