import { kindOfUse } from './kind-of-use.ts';
import { type AccountState, createAccountState } from '../signals/account-state.ts';

/** The score when it last rose: what a later threshold is compared with, to say since when it was reached. */
/** `time`: seconds since the first exchange of the side. */
export type Rise = { readonly time: number; readonly exchanges: number; readonly score: number };

/** One account under watch: its state, and the running maximum of its score with the looks at which it rose. */
export type WatchedAccount = {
  readonly state: AccountState;
  /** Kind of use as it was at the last look: the same age on both sides. */
  kind: number;
  rises: readonly Rise[];
  /** Signals at the look of the maximum, rounded: what the words of a finding speak of. */
  signals: Float32Array | undefined;
};

export function watchAccount(account: string, time: number): WatchedAccount {
  const state = createAccountState(account, time);
  return { state, kind: kindOfUse(state), rises: [], signals: undefined };
}

/** Another watch of the same account, from where this one stands; the state is shared. */
export const rewatch = ({ state, kind, rises, signals }: WatchedAccount): WatchedAccount => ({
  state,
  kind,
  rises,
  signals,
});

/** −∞ before the first look. */
export const maximumOf = ({ rises }: WatchedAccount): number =>
  rises[rises.length - 1]?.score ?? Number.NEGATIVE_INFINITY;

/** Notes a look; only a new maximum is kept. */
export function noteScore(watched: WatchedAccount, score: number, time: number, signals: Float64Array): void {
  if (score <= maximumOf(watched)) return;
  // Anew, as an array that grows keeps room for many more.
  watched.rises = [...watched.rises, { time, exchanges: watched.state.exchanges, score }];
  watched.signals = Float32Array.from(signals);
}
