import { join } from 'node:path';
import { fromUtf8, utf8 } from '@portcullis/record';
import {
  listFiles,
  makeDirectories,
  readFile,
  syncDirectory,
  writeImmutable,
} from '../seams/durable-files.ts';
import type { FileSystem } from '../seams/file-system.ts';

/** Published checkpoints that are kept, so that later ones can be shown consistent with them: `checkpoints/<size>`. */
export type CheckpointArchive = {
  /** Keeps a published checkpoint; where one of this size is kept already, that one stays. */
  keep(size: number, note: string): { size: number; note: string };
  /** Keeps it where the interval since the last one has passed. */
  keepWhenDue(size: number, note: string, nowMs: number): void;
};

/** Sizes of the archived checkpoints, ascending. */
export function listArchived(fs: FileSystem, directory: string): number[] {
  return listFiles(fs, directory)
    .filter((name) => /^(0|[1-9][0-9]{0,15})$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

export function readArchived(fs: FileSystem, directory: string, size: number): string | undefined {
  const bytes = readFile(fs, join(directory, String(size)));
  return bytes === undefined ? undefined : fromUtf8(bytes);
}

/** @param lastTimeMs of the last archived checkpoint, 0 where there is none */
export function createCheckpointArchive(
  fs: FileSystem,
  directory: string,
  intervalMs: number,
  lastTimeMs: number,
): CheckpointArchive {
  makeDirectories(fs, directory);
  let keptAtMs = lastTimeMs;
  const keep = (size: number, note: string): { size: number; note: string } => {
    const made = writeImmutable(fs, join(directory, '.tmp'), join(directory, String(size)), utf8(note));
    syncDirectory(fs, directory);
    return { size, note: made ? note : (readArchived(fs, directory, size) ?? note) };
  };
  return {
    keep,
    keepWhenDue(size, note, nowMs) {
      if (nowMs - keptAtMs < intervalMs) return;
      keptAtMs = nowMs;
      keep(size, note);
    },
  };
}
