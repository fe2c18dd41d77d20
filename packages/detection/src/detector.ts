import type { Finding } from './finding.ts';
import type { Traffic } from './traffic.ts';

/** Any value that survives `JSON.parse(JSON.stringify(value))`. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * The seam every detector fills: a fold over exchanges in ledger order. Same exchanges, same thresholds, same findings:
 * no clock, no I/O, no unseeded randomness.
 *
 * `step` MAY change `state` in place and return the same object; a caller that wants the old state takes a `snapshot`
 * first. `restore(snapshot(state))` must behave, from then on, exactly as `state` does.
 */
export type Detector<State> = {
  readonly name: string;
  readonly version: string;
  readonly thresholds: Readonly<Record<string, number>>;
  /** Whether it looks at `response`. Where it does not, none is read for it, and `response` is null. */
  readonly readsResponses: boolean;
  /** SHA-256 (lower-case hex) over name, version and all thresholds, so that a finding names its method. */
  digest(): string;
  initial(): State;
  step(state: State, traffic: Traffic): { state: State; findings: Finding[] };
  snapshot(state: State): Json;
  /** Throws `DetectionError` `snapshot_mismatch` when another detector, version or set of thresholds wrote it. */
  restore(json: Json): State;
};
