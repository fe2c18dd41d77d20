/** How an account spreads its exchanges over time. `people`: sessions by day; `program`: a traced client's load; `steady`: a script's even pace. */
export type Arrival = 'people' | 'program' | 'steady';

/** `own`: every account from its own address and bill; `shared`: few addresses, one client, few bills. */
export type Infrastructure = 'own' | 'shared';

/** What kind of use a group of benign accounts makes. */
export type BenignUse =
  /** People with a few interests each. */
  | 'people'
  /** People who draw from everything alike: no interests. */
  | 'people-iid'
  /** One narrow job behind one key: a support bot, a classifier, a tutor. */
  | 'tenant'
  /** The same test set by several accounts, in repeated runs. */
  | 'harness'
  /** Many end users behind one key. */
  | 'reseller'
  /** People who paste popular prompts and then talk on. */
  | 'pasted';

export type BenignGroup = {
  readonly use: BenignUse;
  /** Sources of prompts, without `.jsonl.gz`. A tenant and a harness take one each, in turn. */
  readonly sources: readonly string[];
  readonly accounts: number;
  /** Median over the group's accounts; they spread log-normally about it, unless `spread` is 0. */
  readonly perDay: number;
  readonly spread?: number;
  /** Days that an account is active from its start; else to the end. A bulk job has one. */
  readonly lifeDays?: number;
  readonly arrival?: Arrival;
};

export type Wrapper = 'none' | 'shared' | 'per-account' | 'paraphrased';

export type AttackGroup = {
  /** The name of the campaign; accounts of a single extractor are campaigns of one. */
  readonly campaign: string;
  readonly sources: readonly string[];
  readonly accounts: number;
  /** Exchanges an account a day, cover included. */
  readonly perDay: number;
  /** `true`: each account is for itself and takes the whole pool; `false`: one pool, divided without overlap. */
  readonly single?: boolean;
  /** Share of the exchanges that are benign talk. */
  readonly cover?: number;
  readonly coverSources?: readonly string[];
  readonly infrastructure?: Infrastructure;
  readonly arrival?: Arrival;
  /** A fixed text about each prompt; `paraphrased` words it anew every time. */
  readonly wrapper?: Wrapper;
  /** How much each prompt is reworded: 0 not, 1 lightly, 2 as much as the tables allow. */
  readonly paraphrase?: 0 | 1 | 2;
  /** `harvest` asks for log-probabilities and long answers; `plain` looks as other callers do. */
  readonly params?: 'plain' | 'harvest';
  /** Days that the accounts existed before their first exchange; at most. */
  readonly ageDays?: number;
};

/** All of a scenario. Same parameters and corpora: same traffic. */
export type ScenarioParams = {
  readonly name: string;
  readonly seed: number;
  readonly days: number;
  /** Accounts begin within so many days. */
  readonly startSpreadDays: number;
  /** `bare`: time, account, prompt and messages only. */
  readonly fields: 'full' | 'bare';
  readonly calibration: readonly BenignGroup[];
  readonly benign: readonly BenignGroup[];
  readonly attacks: readonly AttackGroup[];
};

/** What the scenario knows about an account and a detector does not. */
export type Truth = {
  readonly kind: 'benign' | 'attack';
  /** Sources, joined by `+`. */
  readonly source: string;
  readonly use: BenignUse | 'single' | 'hydra';
  readonly campaign: string | null;
  /** Time of the account's first exchange, unix seconds, and how many it has. */
  readonly firstS: number;
  readonly exchanges: number;
};
