import { dirname, join } from 'node:path';
import { equalBytes } from '@portcullis/record';
import {
  listFiles,
  makeDirectories,
  readFile,
  replaceFile,
  syncDirectory,
  writeImmutable,
} from '../seams/durable-files.ts';
import type { FileSystem } from '../seams/file-system.ts';
import { ServerError } from '../server-error.ts';
import { HANDOVERS_FILE } from './handovers.ts';
import type { LedgerStorage } from './ledger-storage.ts';

/** Where files are before they have a name; below the ledger so that a link stays on one file system. */
const TMP = '.tmp';

/** The tlog-tiles layout as files below `directory`, which is made where it is missing. */
export function createFileStorage(directory: string, fs: FileSystem): LedgerStorage {
  const tmp = join(directory, TMP);
  const durable = new Set<string>();
  let sequence = 0;
  makeDirectories(fs, tmp, undefined, durable);
  for (const left of listFiles(fs, tmp)) fs.unlink(join(tmp, left));

  const nextTmp = (): string => join(tmp, String(sequence++));
  return {
    put(files) {
      const touched = new Set<string>();
      for (const { path, bytes } of files) {
        const full = join(directory, path);
        makeDirectories(fs, dirname(full), undefined, durable);
        touched.add(dirname(full));
        if (!writeImmutable(fs, nextTmp(), full, bytes)) compareBytes(path, bytes, readFile(fs, full));
      }
      for (const path of touched) syncDirectory(fs, path);
    },
    publish: (checkpoint) => replaceFile(fs, nextTmp(), join(directory, 'checkpoint'), checkpoint),
    putHandovers: (lines) => replaceFile(fs, nextTmp(), join(directory, HANDOVERS_FILE), lines),
    read: (path) => readFile(fs, join(directory, path)),
    dropPartials(path) {
      const partials = join(directory, `${path}.p`);
      for (const name of listFiles(fs, partials)) fs.unlink(join(partials, name));
    },
  };
}

function compareBytes(path: string, ours: Uint8Array, theirs: Uint8Array | undefined): void {
  if (theirs !== undefined && equalBytes(ours, theirs)) return;
  throw new ServerError(
    'ledger-damaged',
    `The file ${path} of the ledger is already there with other bytes. Run fsck before anything else.`,
  );
}
