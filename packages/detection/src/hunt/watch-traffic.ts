import type { Neighbours } from '../linking/nearest-accounts.ts';
import { type Crowd, lookAt, NEAR } from '../linking/neighbour-signals.ts';
import { createRandom } from '../random.ts';
import type { Score } from '../score/score.ts';
import { ownSignals } from '../signals/account-signals.ts';
import { type AccountState, addExchange } from '../signals/account-state.ts';
import type { Embedder } from '../signals/embed-prompt.ts';
import type { Traffic } from '../traffic.ts';
import type { BenignHistory } from './benign-history.ts';
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

/** Where a watch stands; another one goes on from it. */
export type TrafficStanding = {
  readonly accounts: Map<string, WatchedAccount>;
  readonly neighbours: Map<string, readonly string[]>;
  /** Unix seconds of the first exchange; undefined before it. */
  start: number | undefined;
  /** Seconds from the first exchange to the latest. */
  span: number;
  /** Looks at everybody together that were made, of {@link LOOKS_S}. */
  looks: number;
  /** The last look was made: benign accounts were watched no longer, and there would be no lives to compare with. */
  isOver: boolean;
};

export type TrafficWatch = Readonly<TrafficStanding> & {
  /** @returns the account; undefined where it is one more than are watched */
  observe(traffic: Traffic): WatchedAccount | undefined;
  /** Looks at everybody together as they stand. @param index of the look, which says how the benign accounts stood */
  look(index: number, elapsed: number): void;
  /** The last look, at the end of the traffic. */
  end(): void;
};

export type WatchTrafficOptions = {
  readonly seed: number;
  readonly score: Score;
  readonly embedder: Embedder;
  readonly history: BenignHistory;
  /** The benign accounts whose maxima rise with this watch. */
  readonly benign: ReadonlyMap<string, WatchedAccount>;
  readonly accountsMax?: number;
  readonly onRow?: (row: LookRow) => void;
  /** Told after the last look. */
  readonly onLastLook?: (elapsed: number) => void;
  readonly from?: TrafficStanding;
};

/** Watches traffic beside benign accounts as they stood when they had been watched as long. */
export function watchTraffic(options: WatchTrafficOptions): TrafficWatch {
  const { seed, score, embedder, history, benign, accountsMax = Number.POSITIVE_INFINITY, onRow } = options;
  const standing: TrafficStanding = options.from ?? {
    accounts: new Map(),
    neighbours: new Map(),
    start: undefined,
    span: 0,
    looks: 0,
    isOver: false,
  };
  const { accounts, neighbours } = standing;

  function look(index: number, elapsed: number): void {
    noteKinds(history.at(index), benign, accounts);
    const crowd = gather(
      history.at(index),
      accounts,
      elapsed,
      Math.min(LOOKS_S[index] ?? elapsed, history.span()),
    );
    if (crowd.states.length < CROWD_MIN) return;
    // By the look, so that a watch that goes on from a snapshot draws what it would have drawn.
    const { signals, neighbours: near } = lookAt(crowd, createRandom(seed + index));
    crowd.states.forEach((state, i) => {
      const known = crowd.known[i] as boolean;
      const watched = (known ? benign : accounts).get(state.account) as WatchedAccount;
      const row = signals[i] as Float64Array;
      onRow?.({ account: state.account, known, elapsed, exchanges: state.exchanges, signals: row });
      noteScore(watched, score.linked(row), elapsed, row);
      if (!known) neighbours.set(state.account, trafficNear(crowd, near, i));
    });
  }

  /** Between two looks, beside benign accounts as they stood at the later one: never beside lives that are shorter. */
  function lastLook(elapsed: number): void {
    look(standing.looks, elapsed);
    standing.isOver = true;
    options.onLastLook?.(elapsed);
  }

  /** Looks due by `elapsed`. */
  function lookUntil(elapsed: number): void {
    const span = history.span();
    const until = Math.min(elapsed, span);
    while (until >= (LOOKS_S[standing.looks] ?? Number.POSITIVE_INFINITY)) {
      look(standing.looks, LOOKS_S[standing.looks] as number);
      standing.looks++;
    }
    if (elapsed > span) lastLook(span);
  }

  function countLook(watched: WatchedAccount, elapsed: number): void {
    watched.kind = kindOfUse(watched.state);
    const signals = ownSignals(watched.state, elapsed);
    const { account, exchanges } = watched.state;
    onRow?.({ account, known: false, elapsed, exchanges, signals });
    noteScore(watched, score.alone(signals), elapsed, signals);
  }

  return Object.assign(standing, {
    look,
    observe(exchange: Traffic): WatchedAccount | undefined {
      standing.start ??= exchange.time;
      const elapsed = exchange.time - standing.start;
      if (!standing.isOver) lookUntil(elapsed);
      standing.span = Math.max(standing.span, elapsed);
      let watched = accounts.get(exchange.account);
      if (watched === undefined) {
        if (accounts.size >= accountsMax) return undefined;
        watched = watchAccount(exchange.account, elapsed);
        accounts.set(exchange.account, watched);
      }
      addExchange(watched.state, exchange, elapsed, embedder);
      if (!standing.isOver && isCountLook(watched.state.exchanges)) countLook(watched, elapsed);
      return watched;
    },
    end() {
      if (!standing.isOver) lastLook(standing.span);
    },
  });
}

/** At the same age on both sides. */
function noteKinds(
  states: ReadonlyMap<string, AccountState>,
  benign: ReadonlyMap<string, WatchedAccount>,
  traffic: ReadonlyMap<string, WatchedAccount>,
): void {
  for (const [account, state] of states) (benign.get(account) as WatchedAccount).kind = kindOfUse(state);
  for (const watched of traffic.values()) watched.kind = kindOfUse(watched.state);
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
  // As long as it is, without the room that an array keeps to grow.
  return near.slice();
}
