import type { Entry } from '@portcullis/record';
import type { VaultKey } from '../accounts/account.ts';
import type { InTurn } from '../accounts/in-turn.ts';
import type { Person } from '../accounts/operators.ts';
import type { Random } from '../accounts/random.ts';
import type { CasesConfig as Settings } from '../config/config.ts';
import type { Appender, SealedContent } from '../ledger/appender.ts';
import type { ProjectionStore } from '../projections/projection-store.ts';
import type { Clock } from '../seams/clock.ts';
import type { Vault } from '../vault/vault.ts';

/** What cases need from outside. */
export type CasesConfig = {
  readonly appender: Appender;
  readonly store: ProjectionStore;
  readonly clock: Clock;
  readonly random: Random;
  /** From the account directory: an account's data key, and its ear for entries that are durable. */
  readonly directory: {
    vaultKey(account: string): VaultKey;
    createAccount(input: { by: string }): Promise<{ account: string }>;
    observe(entry: Entry, index: number): void;
  };
  /** Reads what is kept of an entry. */
  readonly vault: Pick<Vault, 'content'>;
  /** How people work on cases (`cases` of portcullis.yaml). */
  readonly settings: Settings;
  /** How an account that is held can write to the operator. */
  readonly contact: () => string;
  /** 32 secret bytes of this installation, under which links of accounts are signed. */
  readonly linkKey: Uint8Array;
  /** Told when a reactor could not append; it tries again with the next entry, and at start. */
  readonly onReactorError?: (error: unknown) => void;
};

/** Shared by the steps of a case. */
export type CaseContext = CasesConfig & {
  readonly inTurn: InTurn;
  /** Appends and waits until the projections have it. @returns its index */
  readonly record: (entry: Entry, content?: SealedContent) => Promise<number>;
  /** Brings the gates' standing in line with the decisions in effect about these accounts. */
  readonly applyDecisions: (accounts: readonly string[]) => Promise<void>;
  /** Lets decisions take effect whose time has come, and sees to the others in theirs. */
  readonly letTakeEffect: () => Promise<void>;
};

export type { Person };
