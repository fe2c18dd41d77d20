import type { Config } from '../config/config.ts';
import { discardDetectorState } from '../detect/detector-state.ts';
import { createLedgerReader } from '../ledger/ledger-reader.ts';
import type { RotationReason } from '../ledger/rotate-ledger-keys.ts';
import { systemClock } from '../seams/clock.ts';
import { rotateMasterKey, type Rotated } from '../vault/rotate-master-key.ts';
import { openStoppedLedger } from './open-stopped-ledger.ts';

type Asked = RotationReason & {
  readonly dataDir: string;
  readonly config: Pick<Config, 'ledger' | 'vault'>;
  readonly progress: (checked: number, total: number) => void;
};

/** A new pair of keys signs from here on. @throws ServerError as `openStoppedLedger` and `ledger-refused` */
export async function rotateLedgerKeys(
  asked: Asked,
): Promise<{ readonly size: number; readonly vkeys: readonly string[] }> {
  const { dataDir, config, progress, by, reason } = asked;
  const { writer } = await openStoppedLedger(dataDir, config.ledger.archiveIntervalMs, progress);
  return writer.handOver({ by, reason });
}

/**
 * Another master key wraps every data key from here on. @param toEnv see {@link rotateMasterKey}
 * @throws ServerError as `openStoppedLedger` and `rotateMasterKey`
 */
export async function rotateVaultKey(
  asked: Asked & {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly toEnv?: string;
  },
): Promise<Rotated> {
  const { dataDir, config, progress, ...rest } = asked;
  const { writer, fs } = await openStoppedLedger(dataDir, config.ledger.archiveIntervalMs, progress);
  try {
    const reader = createLedgerReader(dataDir, fs);
    const source = config.vault.masterKey;
    const rotated = await rotateMasterKey({
      ...rest,
      fs,
      dataDir,
      source,
      writer,
      reader,
      timeMs: systemClock.now(),
    });
    // It is sealed under the old key, and made anew from ledger and vault.
    discardDetectorState(fs, dataDir);
    return rotated;
  } finally {
    writer.close();
  }
}
