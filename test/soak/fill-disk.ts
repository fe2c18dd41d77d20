import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Takes all the room of a disk, again and again, as the ledger may find some that was its own; then gives it back. */
export async function fillDisk(path: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    for (let bytes = 2 ** 20; bytes >= 1; ) {
      try {
        writeFileSync(path, Buffer.alloc(bytes), { flag: 'a' });
      } catch {
        bytes = Math.floor(bytes / 4);
      }
    }
    await sleep(100, undefined, { signal }).catch(() => {});
  }
  rmSync(path, { force: true });
}
