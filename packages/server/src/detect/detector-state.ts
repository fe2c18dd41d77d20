import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Json } from '@portcullis/detection';
import { concat, fromUtf8, utf8 } from '@portcullis/record';
import { readFile, replaceFile } from '../seams/durable-files.ts';
import type { FileSystem } from '../seams/file-system.ts';
import type { MasterKey } from '../vault/master-key.ts';
import { openContent, sealContent } from '../vault/sealed-content.ts';

// detector.state: `u16 length ‖ wrapped data key ‖ sealed snapshot`. A snapshot holds pieces of prompts, so it is encrypted like the vault,
// with a data key of its own each time.

const KEY_BYTES = 32;
const KEY_ID = 'detector';
const AAD = utf8('portcullis/detector-state/v1');

/** A snapshot of the fold and the first ledger index that is not in it. */
export type SavedState = { readonly next: number; readonly fold: Json };

/** Where a detector's state is kept between starts. */
export type DetectorState = {
  /** Undefined where there is none that fits; the ledger is then read from the beginning. */
  read(ledgerSize: number): Promise<SavedState | undefined>;
  write(state: SavedState): Promise<void>;
  /** Forgets what was kept: content that it was made from has been erased. */
  discard(): void;
};

const statePath = (dataDir: string): string => join(dataDir, 'detector.state');

/** Forgets what any detector kept; also where none runs any more, as an erasure could not reach it then. */
export function discardDetectorState(fs: FileSystem, dataDir: string): void {
  const path = statePath(dataDir);
  // A write that was cut off left the second.
  for (const each of [path, `${path}.tmp`]) if (fs.stat(each) !== undefined) fs.unlink(each);
}

/** A state of another detector, version or thresholds (another digest), or ahead of the ledger, is not used. */
export function createDetectorState(
  fs: FileSystem,
  dataDir: string,
  master: MasterKey,
  digest: string,
): DetectorState {
  const path = statePath(dataDir);
  return {
    async read(ledgerSize) {
      const bytes = readFile(fs, path);
      if (bytes === undefined) return undefined;
      try {
        const split = 2 + (((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0));
        const key = await master.unwrap(bytes.subarray(2, split), AAD);
        const { parts } = openContent({ id: KEY_ID, key }, bytes.subarray(split));
        const saved = JSON.parse(fromUtf8(parts['state'] as Uint8Array)) as SavedState & {
          readonly digest?: string;
        };
        return saved.digest === digest && saved.next <= ledgerSize ? saved : undefined;
      } catch {
        return undefined; // Derived: a damaged one is made again from the ledger.
      }
    },
    async write({ next, fold }) {
      const key = new Uint8Array(randomBytes(KEY_BYTES));
      const wrapped = await master.wrap(key, AAD);
      const state = utf8(JSON.stringify({ digest, next, fold }));
      const { sealed } = sealContent({ id: KEY_ID, key }, KEY_ID, {
        seed: new Uint8Array(KEY_BYTES),
        parts: { state },
      });
      const head = Uint8Array.of(wrapped.length >> 8, wrapped.length & 0xff);
      replaceFile(fs, `${path}.tmp`, path, concat(head, wrapped, sealed), 0o600);
    },
    discard: () => discardDetectorState(fs, dataDir),
  };
}
