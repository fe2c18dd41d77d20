import type { Traffic } from '@portcullis/detection';

/** What is scored of a detector's report; `HuntReport` is one. */
export type Verdict = {
  readonly guarantee: 'held' | 'suspended';
  readonly accounts: readonly {
    readonly account: string;
    readonly flagged: boolean;
    readonly at_exchange: number | null;
    readonly at_time: number | null;
  }[];
};

export type DetectorContext = {
  /** Folder of the corpora. */
  readonly corpora: string;
  /** Attack sources that do not occur in the traffic: a detector that learns may learn from these only. */
  readonly trainOn: readonly string[];
};

export type DetectorUnderTest = {
  readonly name: string;
  /** Judges the traffic at each alpha. @returns one verdict an alpha, in their order */
  run(
    benign: Iterable<Traffic>,
    traffic: Iterable<Traffic>,
    alphas: readonly number[],
    context: DetectorContext,
  ): readonly Verdict[];
};
