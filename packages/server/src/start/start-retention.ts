import { createEntry } from '@portcullis/record';
import type { Config } from '../config/config.ts';
import type { Log } from '../gate/gate-ports.ts';
import { readHeldAccounts } from '../projections/erasures-projection.ts';
import type { Clock } from '../seams/clock.ts';
import type { Storage } from './open-storage.ts';

export type RetentionOptions = {
  readonly config: Config;
  readonly storage: Pick<Storage, 'vault' | 'store' | 'appender'>;
  readonly clock: Clock;
  readonly log: Log;
};

const CHECK_INTERVAL_MS = 3_600_000;

/** Erases content that is older than the policy keeps it, at start and then once an hour. Accounts on legal hold are left out. */
export function startRetention({ config, storage, clock, log }: RetentionOptions): { stop(): void } {
  const { retentionDays } = config.vault;
  if (retentionDays === null) return { stop: () => {} };
  const run = async (): Promise<void> => {
    const { vault, store, appender } = storage;
    const held = new Set(readHeldAccounts(store.db));
    const report = vault.eraseByAge({ nowMs: clock.now(), retentionDays, held });
    if (report.erased === 0) return;
    const entry = createEntry('content.erased', clock.now(), {
      account: null,
      scope: 'age',
      before: new Date(report.beforeMs).toISOString(),
      by: 'portcullis',
      reason: `Retention of ${retentionDays} days: ${report.erased} records erased, ${report.kept} kept under legal hold.`,
      legal_basis: 'The operator’s retention policy (vault.retentionDays).',
    });
    await appender.append({ entry });
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
