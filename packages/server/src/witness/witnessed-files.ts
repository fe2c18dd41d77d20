import { join } from 'node:path';
import { fromUtf8, utf8 } from '@portcullis/record';
import { ledgerPaths } from '../ledger/data-dir.ts';
import { WITNESSED_FILE } from '../ledger/witnessed-checkpoint.ts';
import { makeDirectories, readFile, replaceFile } from '../seams/durable-files.ts';
import type { FileSystem } from '../seams/file-system.ts';

/** What is remembered of one witness over a restart. */
export type Remembered = {
  /** The largest tree it cosigned. */
  readonly size: number;
  /** Unix milliseconds of that cosignature. */
  readonly timeMs: number;
  /** Unix milliseconds of its last `witness.cosigned` entry; 0 where there is none. */
  readonly recordedMs: number;
};

/** The files that only witnessing writes. Every write is durable when its call returns. */
export type WitnessedFiles = {
  /** The newest checkpoint with a quorum, as it lies beside `checkpoint`. */
  readWitnessed(): string | undefined;
  writeWitnessed(note: string): void;
  /** Keeps a cosigned checkpoint for good: `witnessed/<size>`. One of the same size takes its place, as it has more lines. */
  keep(size: number, note: string): void;
  /** By URL. Nothing where the file can not be read: witnesses tell their sizes anew. */
  readMemory(): ReadonlyMap<string, Remembered>;
  writeMemory(memory: ReadonlyMap<string, Remembered>): void;
};

const MEMORY = 'witnesses.json';

export function createWitnessedFiles(dataDir: string, fs: FileSystem): WitnessedFiles {
  const { ledger, witnessed } = ledgerPaths(dataDir);
  const file = join(ledger, WITNESSED_FILE);
  // Where no witness is configured there is nothing to keep, and no folder.
  const replace = (name: string, text: string): void => {
    makeDirectories(fs, witnessed);
    replaceFile(fs, join(witnessed, `.${name}.tmp`), join(witnessed, name), utf8(text));
  };
  return {
    readWitnessed() {
      const bytes = readFile(fs, file);
      return bytes === undefined ? undefined : fromUtf8(bytes);
    },
    // In the same folder, so that a rename stays on one file system; not in the ledger thread's own folder for that, which it empties.
    writeWitnessed: (note) => replaceFile(fs, `${file}.tmp`, file, utf8(note)),
    keep: (size, note) => replace(String(size), note),
    readMemory: () => readMemory(readFile(fs, join(witnessed, MEMORY))),
    writeMemory: (memory) => replace(MEMORY, `${JSON.stringify(Object.fromEntries(memory), null, 2)}\n`),
  };
}

function readMemory(bytes: Uint8Array | undefined): Map<string, Remembered> {
  try {
    const parsed = JSON.parse(fromUtf8(bytes ?? utf8('{}'))) as Record<string, Remembered>;
    const isWhole = ({ size, timeMs, recordedMs }: Remembered): boolean =>
      [size, timeMs, recordedMs].every((value) => Number.isSafeInteger(value) && value >= 0);
    return new Map(Object.entries(parsed).filter(([, one]) => isWhole(one)));
  } catch {
    return new Map();
  }
}
