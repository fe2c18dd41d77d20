import type { FileSystem } from '../seams/file-system.ts';
import { ServerError } from '../server-error.ts';
import type { CheckpointLock } from './checkpoint-lock.ts';
import { fsck } from './fsck.ts';

export type StartCheck = {
  readonly fs: FileSystem;
  readonly dataDir: string;
  readonly origin: string;
  /** Held by the caller, so that nobody writes meanwhile. */
  readonly lock: Pick<CheckpointLock, 'read'>;
  readonly progress: (checked: number, total: number) => void;
};

/**
 * All that fsck looks at, before anything is read from a ledger or written to it: whoever could write to the disk while nothing ran
 * must not get what they wrote into the projections. Content is not decrypted.
 * @throws ServerError `ledger-damaged`
 */
export async function checkAtStart({ fs, dataDir, origin, lock, progress }: StartCheck): Promise<void> {
  const note = lock.read(origin);
  // Nothing was ever signed here, or under another name: the start's own checks tell which.
  if (note === undefined) return;
  const report = await fsck(dataDir, { fs, readLock: () => [{ origin, note }], progress });
  if (!report.ok) throw new ServerError('ledger-damaged', report.sentence);
}
