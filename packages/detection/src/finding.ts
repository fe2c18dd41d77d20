/** One measured fact, in words a reviewer can check. */
export type FindingSignal = {
  readonly name: string;
  readonly sentence: string;
  /** How many things (named in the sentence) were counted. */
  readonly count: number;
  /** `Traffic.ref` of a few exchanges that show it. */
  readonly examples: readonly number[];
};

/**
 * How often a benign account would be named. `none`: nobody has measured it, so the finding may raise a case for a
 * person and must not accuse. `alpha`: the chance that a benign account is ever named is at most `alpha`.
 */
export type FindingBound = {
  readonly kind: 'none' | 'alpha';
  readonly alpha?: number;
  readonly statement: string;
};

/** A detector's statement about a set of accounts that act as one, or about one that stands out. It speaks about traffic, never about people. */
export type Finding = {
  /** `account`: one account by itself, for which `campaign` is a key of its own. */
  readonly kind: 'campaign' | 'account';
  /** Stays the same while the campaign grows. */
  readonly campaign: string;
  /** Keys of earlier campaigns that turned out to be part of this one. */
  readonly supersedes: readonly string[];
  readonly detector: string;
  readonly version: string;
  /** `Detector.digest()` of the detector that spoke. */
  readonly digest: string;
  /** Sorted by UTF-16 code unit. */
  readonly accounts: readonly string[];
  /** Unix seconds of the earliest and latest exchange counted. */
  readonly firstTime: number;
  readonly lastTime: number;
  /** Exchanges of the named accounts that the finding rests on. */
  readonly exchanges: number;
  /** The detector's own measure; its README says what it is. */
  readonly statistic: number;
  readonly bound: FindingBound;
  readonly signals: readonly FindingSignal[];
  /** What speaks against the finding. */
  readonly against: readonly string[];
  /** What would have kept an account out of it, or stopped it. */
  readonly wouldHaveCleared: readonly string[];
};
