/** What `portcullis hunt --json` writes: one object, the same bytes for the same input and seed. Field names are the interface. */
export type HuntReport = {
  /** Most a benign account may be named with, over all time and all looks. */
  readonly alpha: number;
  /** `suspended`: the benign stream has drifted, or there are too few benign accounts for `alpha`; nobody is flagged then. */
  readonly guarantee: 'held' | 'suspended';
  /** Why, where it is suspended; and what was not looked at, in either case. */
  readonly reasons: readonly string[];
  readonly calibration: {
    /** Benign accounts that the test was calibrated on. */
    readonly accounts: number;
    /** `sha256:` and hex, over the calibration's figures and the detector's name, version and weights. */
    readonly digest: string;
  };
  /** Every account of the traffic, sorted by name (UTF-16 code units). */
  readonly accounts: readonly HuntAccount[];
  readonly campaigns: readonly HuntCampaign[];
};

/** One measured fact about an account or a campaign, in words a reviewer can check. */
export type HuntSignal = { readonly name: string; readonly value: number; readonly sentence: string };

export type HuntAccount = {
  readonly account: string;
  readonly flagged: boolean;
  /** The account's exchanges up to and with the one after which it was flagged. */
  readonly at_exchange: number | null;
  /** Unix seconds of that exchange, or of the look at the campaign. */
  readonly at_time: number | null;
  readonly exchanges: number;
  /** Calibrated over the account's whole life: small is evidence against benign. */
  readonly p: number;
  readonly campaign: string | null;
  readonly signals: readonly HuntSignal[];
  readonly against: readonly string[];
};

export type HuntCampaign = {
  readonly id: string;
  readonly accounts: readonly string[];
  readonly p: number;
  readonly at_time: number;
  readonly signals: readonly HuntSignal[];
};
