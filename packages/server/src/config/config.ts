import type { Limits } from '../accounts/account.ts';

/** Everything an operator can set, after defaults and `${ENV}` references were filled in. `portcullis.yaml` has the same names. */
export type Config = {
  readonly dataDir: string;
  readonly gate: GateConfig;
  readonly admin: {
    readonly host: string;
    readonly port: number;
    /** Where people's browsers reach it, such as `https://portcullis.example`; null where that is host and port. */
    readonly publicUrl: string | null;
    readonly openid: OpenIdConfig;
  };
  readonly hearing: HearingConfig;
  readonly ledger: LedgerConfig;
  readonly witnesses: readonly WitnessConfig[];
  readonly witnessing: WitnessingConfig;
  readonly vault: VaultConfig;
  readonly upstreams: readonly UpstreamConfig[];
  /** Defaults for accounts without limits of their own. */
  readonly limits: Limits;
  readonly standing: StandingConfig;
  /** Told to a caller who is held: how to be heard. */
  readonly contact: string;
  readonly detection: DetectionConfig;
  readonly privacy: PrivacyConfig;
  readonly cases: CasesConfig;
};

export type GateConfig = {
  readonly host: string;
  readonly port: number;
  /** Gate threads. */
  readonly workers: number;
  readonly bodyBytesMax: number;
  readonly headerBytesMax: number;
  /** Time for a caller to send all headers. */
  readonly headersTimeoutMs: number;
  /** Silence of a caller while sending its body. */
  readonly bodyIdleTimeoutMs: number;
  /** Bytes of request bodies in memory at once, in one thread; beyond, 503. */
  readonly bodyMemoryBytesMax: number;
  /** Connections of callers to one thread; beyond, new ones are closed. */
  readonly connectionsMax: number;
  /** Exchanges that run at once in one thread; beyond, 503. */
  readonly exchangesMax: number;
  /** Longest wait of an exchange for its admission to be durable; then 503. */
  readonly admissionTimeoutMs: number;
  /** Time to finish what is running after SIGTERM. */
  readonly drainTimeoutMs: number;
  /** Further paths that are passed through, such as `/v1/files`. */
  readonly allowPaths: readonly string[];
};

export type LedgerConfig = {
  /** The log's name in checkpoints; stays the same for the ledger's life. */
  readonly origin: string;
  /** Longest time between a commit and its publication as tiles and checkpoint. */
  readonly publishIntervalMs: number;
  /** Push-back, per gate thread. */
  readonly pendingEntriesMax: number;
  readonly pendingBytesMax: number;
  /** How often a checkpoint is kept for later consistency proofs. */
  readonly archiveIntervalMs: number;
  /** What a start looks at: `all` that fsck does, or only the `edge` where the tree grows. */
  readonly startCheck: 'all' | 'edge';
};

/** Relative to the data directory. */
export const DEFAULT_MASTER_KEY = { file: 'keys/vault-master-key' } as const;
export type WitnessConfig = {
  /** What it is called here; its keys have a name of their own. */
  readonly name: string;
  /** Submission prefix. */
  readonly url: string;
  /** Verifier keys of type 0x04 and 0x06, all of one name. */
  readonly vkeys: readonly string[];
};

export type WitnessingConfig = {
  /** `all`, `any` or a number: how many make a checkpoint a witnessed one. */
  readonly quorum: 'all' | 'any' | number;
  /** Least time between two checkpoints that witnesses are asked about. */
  readonly intervalMs: number;
  /** For one witness to answer. */
  readonly timeoutMs: number;
  /** Longest back-off of a witness that fails. */
  readonly retryMaxMs: number;
  /** Least time between two `witness.cosigned` entries of one witness. */
  readonly recordIntervalMs: number;
};

export type VaultConfig = {
  /** Where the master key is: a file (made at first start; relative to `dataDir`) or an environment variable with 32 bytes in base64. */
  readonly masterKey: { readonly file: string } | { readonly env: string };
  /** Content older than this is erased; null keeps it. */
  readonly retentionDays: number | null;
  /** Bytes of an answer that are kept; all of it is always committed to. */
  readonly responseBytesMax: number;
};

export type UpstreamConfig = {
  readonly name: string;
  readonly shape: 'openai' | 'anthropic';
  /** Without `/v1`. */
  readonly baseUrl: string;
  /** Sent upstream in place of the caller's key; never logged. Null sends none. */
  readonly apiKey: string | null;
  /** Model names, `*` as wildcard; the first upstream that serves the model is tried first. */
  readonly models: readonly string[];
  readonly connectTimeoutMs: number;
  /** Time to response headers. */
  readonly headersTimeoutMs: number;
  /** Silence within an answer. */
  readonly idleTimeoutMs: number;
  readonly connectionsMax: number;
  /** Tries on this upstream before the next one; only before the first byte. */
  readonly attempts: number;
};

export type StandingConfig = {
  readonly slow: { readonly delayMs: number; readonly limitsFactor: number };
  /** What happens to logprobs, logit_bias and n > 1 of an account in standing `plain`. */
  readonly plain: 'strip' | 'refuse';
};

export type DetectionConfig = {
  readonly enabled: boolean;
  /** Overrides of the shared-template detector's thresholds, by name. */
  readonly thresholds: Readonly<Record<string, number>>;
  /** Absolute paths of files of benign traffic (docs/hunting.md); without any, only the shared-template detector runs. */
  readonly benign: readonly string[];
  /** Most a benign account may be named with by the calibrated detector. */
  readonly alpha: number;
};

export type PrivacyConfig = {
  /** What one account-month may lose to all reports together. */
  readonly epsilonPerMonth: number;
  readonly deltaPerMonth: number;
  /** What one account counts for at most in one month of a report. */
  readonly bounds: {
    readonly exchanges: number;
    readonly findings: number;
    readonly decisions: number;
    readonly overturned: number;
    readonly heldHours: number;
    readonly erasures: number;
  };
};

/** How people work on cases. */
export type CasesConfig = {
  /** Time to decide a case, from its opening. */
  readonly decideHours: number;
  /** Time to decide an appeal, from when it was made. */
  readonly appealHours: number;
  /** How long a case is one person's, before they extend it. */
  readonly leaseMinutes: number;
  /** How long a decision can be undone before it takes effect; 0 for not at all. */
  readonly undoSeconds: number;
  /** How long a link of an account works where nobody says otherwise. */
  readonly linkDays: number;
  /** After how many decisions a person's figures may raise an alarm, and which median time to decide does. */
  readonly alarmDecisions: number;
  readonly alarmDwellSeconds: number;
};

/** Where the holders of accounts that are held see why, and answer, by a link. */
export type HearingConfig = {
  readonly host: string;
  /** Null: it is not served. 0 takes any free port. */
  readonly port: number | null;
  /** What links begin with, such as https://example.org/hearing; null for this machine's own address. */
  readonly publicUrl: string | null;
};

/** The organisation's OpenID Connect provider that people may sign in by. */
export type OpenIdConfig = {
  /** Null: nobody signs in that way; then client and secret do not matter. */
  readonly issuer: string | null;
  readonly clientId: string | null;
  readonly clientSecret: string | null;
  /** The claim that names an operator. */
  readonly operatorClaim: 'preferred_username' | 'email';
  /** Where the claim is an address, the domain that it must be of; what stands before it names the operator. */
  readonly domain: string | null;
};
