import type { Random } from '../accounts/random.ts';
import type { Appender } from '../ledger/appender.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import type { Clock } from '../seams/clock.ts';
import type { WitnessPolicy } from './tlog-policy.ts';

/** What the vault kept of an entry. `seed` gives the salts; `parts` such as `request`, `network`, `response`, `grounds`. */
export type KeptContent = {
  readonly seed: Uint8Array;
  readonly parts: Readonly<Record<string, Uint8Array>>;
};

/** What an export needs from outside. It reads the published ledger and nothing derived from it. */
export type ExportPorts = {
  readonly ledger: Pick<
    LedgerReader,
    'entries' | 'entry' | 'inclusion' | 'consistency' | 'peaks' | 'archived' | 'archivedNote' | 'handovers'
  >;
  /** Publishes now and keeps the checkpoint; the bundle ends there. `note` is the signed text, with the cosignatures that could be had. */
  readonly archiveCheckpoint: () => Promise<{ readonly size: number; readonly note: string }>;
  readonly content: (index: number) => Promise<KeptContent | 'erased' | 'none'>;
  /** Signs a DSSE pre-authentication encoding with both keys of the ledger. */
  readonly signPae: (pae: Uint8Array) => readonly { readonly keyid: string; readonly sig: Uint8Array }[];
  /** The ledger's verifier keys: Ed25519, then ML-DSA-44. */
  readonly vkeys: readonly string[];
  /** Who is asked to cosign; the bundle's tlog-policy names them. Left out: nobody. */
  readonly witnesses?: WitnessPolicy;
  readonly append: Appender['append'];
  readonly clock: Clock;
  /** Names the bundle. */
  readonly random: Random;
  readonly environment: ExportEnvironment;
};

/** Facts about the installation that stand in the bundle. */
export type ExportEnvironment = {
  /** Such as `0.1.0`. */
  readonly version: string;
  /** The detector that runs now; its thresholds are shown where the finding has the same digest. */
  readonly detector: {
    readonly name: string;
    readonly version: string;
    readonly digest: string;
    readonly thresholds: Readonly<Record<string, number>>;
  };
  /** Where the master key of the vault is kept, in words; never the key. */
  readonly masterKeyCustody: string;
  /** The machine that the bundle is made on, for the chain of custody. */
  readonly host: string;
};

/** What is asked for. */
export type ExportRequest = {
  readonly caseId: string;
  /** Bundles are made in this folder, each in one of its own. */
  readonly outDir: string;
  /** Who asked for it: at most 600 characters, as are `purpose` and `legalBasis`. */
  readonly requester: string;
  readonly purpose: string;
  readonly legalBasis: string;
  /** The operator who exports. */
  readonly by: string;
  /** Whose fields are opened: those of entries that signals cite and what the accused said; all that is kept; none. */
  readonly disclose?: 'examples' | 'all' | 'none';
  /** Whether every leaf of the period is put in, so that nothing can have been left out. */
  readonly complete?: boolean | 'auto';
  /** How many leaves `auto` puts in without asking; 200,000 where left out. */
  readonly completeLeavesMax?: number;
  readonly onProgress?: (progress: ExportProgress) => void;
};

export type ExportProgress = { readonly step: string; readonly done: number; readonly total: number };

export type ExportedBundle = {
  /** The folder that `portcullis-verify` judges. */
  readonly dir: string;
  readonly bundle: string;
  /** SHA-256 of the file `manifest.dsse.json`, hexadecimal; it is on the ledger. */
  readonly manifestSha256: string;
  /** How many files the bundle has. */
  readonly files: number;
};
