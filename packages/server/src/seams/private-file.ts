import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { fromUtf8, utf8 } from '@portcullis/record';
import { ServerError } from '../server-error.ts';
import {
  makeDirectories,
  readFile,
  syncDirectory,
  withFile,
  writeAll,
  writeImmutable,
} from './durable-files.ts';
import type { FileSystem } from './file-system.ts';

/**
 * Reads a secret, or undefined where there is none.
 * @throws ServerError `bad-config` where others than its owner may read or change it
 */
export function readPrivateFile(fs: FileSystem, path: string): string | undefined {
  const found = fs.stat(path);
  if (found === undefined) return undefined;
  // Windows keeps access lists, not mode bits.
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0) {
    throw new ServerError(
      'bad-config',
      `The file ${path} holds a secret and others may read it (mode ${found.mode.toString(8)}); run chmod 600 on it.`,
    );
  }
  const bytes = readFile(fs, path);
  return bytes === undefined ? undefined : fromUtf8(bytes);
}

/** Writes a secret with mode 0600; durable when this returns. @throws ServerError `conflict` where there is one already */
export function writePrivateFile(fs: FileSystem, path: string, text: string): void {
  makeDirectories(fs, dirname(path), 0o700);
  if (!writeImmutable(fs, `${path}.tmp`, path, utf8(text), 0o600))
    throw new ServerError('conflict', `The file ${path} is already there; it is never overwritten.`);
  syncDirectory(fs, dirname(path));
}

/**
 * Destroys a secret, and what a killed write left of it: overwritten, synced, unlinked, the directory synced; nothing where there is none. A disk may keep
 * old blocks, and backups keep copies (docs/operating.md).
 */
export function destroyPrivateFile(fs: FileSystem, path: string): void {
  for (const each of [path, `${path}.tmp`]) {
    const sizeBytes = fs.stat(each)?.sizeBytes;
    if (sizeBytes === undefined) continue;
    withFile(fs, each, 'r+', (fd) => {
      for (const noise of [randomBytes(sizeBytes), new Uint8Array(sizeBytes)]) {
        writeAll(fs, fd, noise, 0);
        fs.fsync(fd);
      }
    });
    fs.unlink(each);
    syncDirectory(fs, dirname(each));
  }
}
