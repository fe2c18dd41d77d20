import { createRandom } from '../random.ts';
import type { Neighbours } from '../linking/nearest-accounts.ts';
import { type Crowd, lookAt, NEAR } from '../linking/neighbour-signals.ts';
import type { Score } from '../score/score.ts';
import { ownSignals } from '../signals/account-signals.ts';
import { type AccountState, addExchange } from '../signals/account-state.ts';
import { createEmbedder } from '../signals/embed-prompt.ts';
import type { Traffic } from '../traffic.ts';
import { createBenignHistory } from './benign-history.ts';
import { kindOfUse } from './kind-of-use.ts';
import { isCountLook, LOOK_EXCHANGES_MIN, LOOKS_S } from './looks.ts';
import { noteScore, type WatchedAccount, watchAccount } from './watched-account.ts';

/** A look needs so many accounts to have neighbours to speak of. */
const CROWD_MIN = 30;

/** What one look saw of one account; for fitting and for tests. */
export type LookRow = {
  readonly account: string;
  readonly known: boolean;
  /** Seconds since the first exchange of its side. */
  readonly elapsed: number;
  readonly exchanges: number;
  /** Own ones alone where the account was looked at by itself. */
  readonly signals: Float64Array;
};

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

type Clock = {
  /** Unix seconds of the first exchange of the traffic. */
  first: number | undefined;
  span: number;
  /** Looks taken of {@link LOOKS_S}. */
  looks: number;
  /** The last look was taken. */
  over: boolean;
};

/**
 * Watches benign accounts and traffic side by side: each side's clock starts at its own first exchange, and a benign account takes part in
 * every look as an account of the traffic would. Nothing in a score depends on which side an account is of, so that a benign account of the traffic
 * is exchangeable with those calibrated on.
 */
export function createWatch({ seed, score, onRow }: WatchOptions): Watch {
  const embedder = createEmbedder(seed);
  const random = createRandom(seed);
  const traffic = new Map<string, WatchedAccount>();
  const neighbours = new Map<string, readonly string[]>();
  const clock: Clock = { first: undefined, span: 0, looks: 0, over: false };

  /** Looks at benign accounts by themselves; noted at the end, as far as the traffic has been watched by then. */
  const waiting: { watched: WatchedAccount; elapsed: number; signals: Float64Array }[] = [];

  const countLook = (known: boolean, watched: WatchedAccount, elapsed: number): void => {
    const signals = ownSignals(watched.state, elapsed);
    const { account, exchanges } = watched.state;
    onRow?.({ account, known, elapsed, exchanges, signals });
    if (known) waiting.push({ watched, elapsed, signals });
    else noteScore(watched, score.alone(signals), elapsed, signals);
  };
  const history = createBenignHistory(embedder, seed, (watched, elapsed) =>
    countLook(true, watched, elapsed),
  );

  function look(index: number, elapsed: number): void {
    const crowd = gather(
      history.at(index),
      traffic,
      elapsed,
      Math.min(LOOKS_S[index] ?? elapsed, history.span()),
    );
    if (crowd.states.length < CROWD_MIN) return;
    const { signals, neighbours: near } = lookAt(crowd, random);
    crowd.states.forEach((state, i) => {
      const known = crowd.known[i] as boolean;
      const watched = (known ? history.accounts : traffic).get(state.account) as WatchedAccount;
      const row = signals[i] as Float64Array;
      onRow?.({ account: state.account, known, elapsed, exchanges: state.exchanges, signals: row });
      noteScore(watched, score.linked(row), elapsed, row);
      if (!known) neighbours.set(state.account, trafficNear(crowd, near, i));
    });
  }

  function lastLook(elapsed: number): void {
    // Between two looks, beside benign accounts as they stood at the later one: never beside lives that are shorter.
    look(clock.looks, elapsed);
    for (const [account, state] of history.at(clock.looks)) {
      (history.accounts.get(account) as WatchedAccount).kind = kindOfUse(state);
    }
    for (const watched of traffic.values()) watched.kind = kindOfUse(watched.state);
    for (const { watched, elapsed: time, signals } of waiting) {
      if (time <= elapsed) noteScore(watched, score.alone(signals), time, signals);
    }
    clock.over = true;
  }

  /** Looks due by `elapsed`. Nobody is watched for longer than benign accounts were, as there would be no lives to compare with. */
  function lookUntil(elapsed: number): void {
    const span = history.span();
    const until = Math.min(elapsed, span);
    while (until >= (LOOKS_S[clock.looks] ?? Number.POSITIVE_INFINITY)) {
      look(clock.looks, LOOKS_S[clock.looks] as number);
      clock.looks++;
    }
    if (elapsed > span) lastLook(span);
  }

  return {
    benign: history.accounts,
    traffic,
    neighbours,
    observeBenign: (exchange) => history.observe(exchange),
    observeTraffic(exchange) {
      clock.first ??= exchange.time;
      const elapsed = exchange.time - clock.first;
      if (!clock.over) lookUntil(elapsed);
      clock.span = Math.max(clock.span, elapsed);
      let watched = traffic.get(exchange.account);
      if (watched === undefined) {
        watched = watchAccount(exchange.account, elapsed);
        traffic.set(exchange.account, watched);
      }
      addExchange(watched.state, exchange, elapsed, embedder);
      if (!clock.over && isCountLook(watched.state.exchanges)) countLook(false, watched, elapsed);
    },
    end() {
      if (!clock.over) lastLook(clock.span);
    },
    start: () => clock.first ?? 0,
    spans: () => ({ benign: history.span(), traffic: clock.span }),
  };
}

/** Everybody with enough exchanges: the benign accounts as they stood then, and the traffic as it stands now. */
function gather(
  benign: ReadonlyMap<string, AccountState>,
  traffic: ReadonlyMap<string, WatchedAccount>,
  elapsed: number,
  benignElapsed: number,
): Crowd {
  const states: AccountState[] = [];
  const known: boolean[] = [];
  const times: number[] = [];
  for (const state of benign.values()) {
    if (state.exchanges < LOOK_EXCHANGES_MIN) continue;
    states.push(state);
    known.push(true);
    times.push(benignElapsed);
  }
  for (const { state } of traffic.values()) {
    if (state.exchanges < LOOK_EXCHANGES_MIN) continue;
    states.push(state);
    known.push(false);
    times.push(elapsed);
  }
  const signals = states.map((state, i) => ownSignals(state, times[i] as number));
  return { states, known, times, signals };
}

function trafficNear({ states, known }: Crowd, { indices, k }: Neighbours, account: number): string[] {
  const near: string[] = [];
  for (let j = 0; j < NEAR; j++) {
    const other = indices[account * k + j] as number;
    if (other >= 0 && known[other] === false) near.push((states[other] as AccountState).account);
  }
  return near;
}
