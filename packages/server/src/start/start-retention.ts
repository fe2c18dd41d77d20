import { createEntry } from '@portcullis/record';
import type { Config } from '../config/config.ts';
import type { Log } from '../gate/gate-ports.ts';
import type { Appender } from '../ledger/appender.ts';
import { ledgerPaths } from '../ledger/data-dir.ts';
import { readErasedBefore, readHeldAccounts } from '../projections/erasures-projection.ts';
import type { Clock } from '../seams/clock.ts';
import type { FileSystem } from '../seams/file-system.ts';
import { DAY_MS, listSegments } from '../vault/segments.ts';
import type { Storage } from './open-storage.ts';

export type RetentionOptions = {
  readonly config: Pick<Config, 'dataDir' | 'vault'>;
  readonly storage: Pick<Storage, 'vault' | 'store'> & { readonly appender: Appender };
  readonly fs: FileSystem;
  readonly clock: Clock;
  readonly log: Log;
};

const CHECK_INTERVAL_MS = 3_600_000;

/**
 * Erases content that is older than the policy keeps it, at start and then once an hour. Accounts on legal hold are left out. What a run erased
 * before it was cut off, and the ledger does not tell yet, the next one tells.
 */
export function startRetention({ config, storage, fs, clock, log }: RetentionOptions): { stop(): void } {
  const { retentionDays } = config.vault;
  if (retentionDays === null) return { stop: () => {} };
  const run = async (): Promise<void> => {
    const { vault, store, appender } = storage;
    const held = new Set(readHeldAccounts(store.db));
    const report = vault.eraseByAge({ nowMs: clock.now(), retentionDays, held });
    const { vault: vaultDir } = ledgerPaths(config.dataDir);
    const goneMs = Math.max(0, ...listSegments(fs, vaultDir, 'erased').map(({ day }) => (day + 1) * DAY_MS));
    const toldMs = Date.parse(readErasedBefore(store.db) ?? '') || 0;
    if (report.erased === 0 && goneMs <= toldMs) return;
    const beforeMs = Math.max(report.beforeMs, goneMs);
    const entry = createEntry('content.erased', clock.now(), {
      account: null,
      scope: 'age',
      before: new Date(beforeMs).toISOString(),
      by: 'portcullis',
      reason: `Retention of ${retentionDays} days: ${report.erased} records erased, ${report.kept} kept under legal hold.`,
      legal_basis: 'The operator’s retention policy (vault.retentionDays).',
    });
    const { index } = await appender.append({ entry });
    await store.reached(index);
  };
  const attempt = (): void => {
    run().catch((error: unknown) =>
      log('error', 'retention.failed', { reason: error instanceof Error ? error.message : 'unknown' }),
    );
  };
  attempt();
  const timer = setInterval(attempt, CHECK_INTERVAL_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
