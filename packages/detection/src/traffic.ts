/** Sampling settings of a request, as the caller sent them; every field may be missing. */
export type TrafficParams = {
  readonly temperature?: number;
  readonly max_tokens?: number;
  readonly logprobs?: boolean | number;
  readonly top_logprobs?: number;
  readonly logit_bias?: Readonly<Record<string, number>>;
  readonly n?: number;
  readonly stream?: boolean;
};

/** One message of a dialogue. `content` is text only: whoever reads the exchange has flattened parts already. */
export type TrafficMessage = { readonly role: string; readonly content: string };

/** Where a request came from, as far as the gate or the log knows. */
export type TrafficNetwork = {
  readonly ip?: string;
  readonly asn?: number;
  readonly tls?: string;
  readonly userAgent?: string;
};

/**
 * One exchange as a detector sees it. Every field but `time`, `account`, `prompt` and `ref` may be missing, and a
 * detector must work without it.
 */
export type Traffic = {
  /** Unix seconds. */
  readonly time: number;
  readonly account: string;
  readonly model: string | null;
  readonly system: string | null;
  /** The caller's text: the last message the caller wrote. */
  readonly prompt: string;
  /** The whole dialogue as sent, where it is known. */
  readonly messages: readonly TrafficMessage[] | null;
  readonly params: TrafficParams | null;
  readonly response: string | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly network: TrafficNetwork | null;
  /** An opaque name of who pays. */
  readonly billing: string | null;
  /** When the account was created, unix seconds. */
  readonly created: number | null;
  /** Where a reader finds the exchange: the ledger index of its admission, or a line number. */
  readonly ref: number;
};
