import { join } from 'node:path';

/** Where the parts of a ledger lie in the data directory (docs/decisions/0001-shape.md). */
export type LedgerPaths = {
  readonly ledger: string;
  readonly staging: string;
  readonly lock: string;
  readonly archive: string;
  /** Cosigned checkpoints that are kept. */
  readonly witnessed: string;
  readonly keys: string;
  readonly vault: string;
};

export function ledgerPaths(dataDir: string): LedgerPaths {
  return {
    ledger: join(dataDir, 'ledger'),
    staging: join(dataDir, 'staging'),
    lock: join(dataDir, 'lock.sqlite'),
    archive: join(dataDir, 'checkpoints'),
    witnessed: join(dataDir, 'witnessed'),
    keys: join(dataDir, 'keys'),
    vault: join(dataDir, 'vault'),
  };
}
