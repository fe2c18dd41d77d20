import { dirname, join } from 'node:path';
import type { FileSystem } from './file-system.ts';

// How a file becomes durable, in one place: tmp with O_EXCL → write → fsync → close → link or rename → fsync the directory.
// Nothing here retries: after a failed fsync the page cache may no longer hold what the disk does not have either.

/** The `code` of a file error, such as `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
  return (error as { code?: string } | null)?.code;
}

/** Writes all bytes; write(2) may take fewer than it was given. */
export function writeAll(
  fs: FileSystem,
  fd: number,
  bytes: Uint8Array,
  position: number | null = null,
): void {
  for (let at = 0; at < bytes.length; ) {
    const from = position === null ? null : position + at;
    const written = fs.write(fd, bytes, at, bytes.length - at, from);
    if (written <= 0) throw new Error('A write took no bytes.');
    at += written;
  }
}

/** Reads `length` bytes at `position`; fewer where the file ends. */
export function readAt(fs: FileSystem, fd: number, position: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    const got = fs.read(fd, bytes, at, length - at, position + at);
    if (got === 0) break;
    at += got;
  }
  return at === length ? bytes : bytes.slice(0, at);
}

/** Runs `use` with an open file and closes it whatever happens. */
export function withFile<T>(
  fs: FileSystem,
  path: string,
  flags: string,
  use: (fd: number) => T,
  mode?: number,
): T {
  const fd = fs.open(path, flags, mode);
  let result: T;
  try {
    result = use(fd);
  } catch (error) {
    try {
      fs.close(fd);
    } catch {
      // The first error says more.
    }
    throw error;
  }
  fs.close(fd);
  return result;
}

/** A whole file; undefined where there is none. */
export function readFile(fs: FileSystem, path: string): Uint8Array | undefined {
  const found = fs.stat(path);
  if (found === undefined || found.directory) return undefined;
  try {
    return withFile(fs, path, 'r', (fd) => readAt(fs, fd, 0, found.sizeBytes));
  } catch (error) {
    // Removed in between, as partial tiles are.
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** fsync of a directory: makes names in it durable. */
export function syncDirectory(fs: FileSystem, path: string): void {
  withFile(fs, path, 'r', (fd) => fs.fsync(fd));
}

/**
 * Makes a directory and those above it, each durable in its parent. One that is there already is synced too: whoever made it may have been
 * killed before that, and only the power would have told.
 * @param durable directories that this process has already seen to; added to
 */
export function makeDirectories(
  fs: FileSystem,
  path: string,
  mode?: number,
  durable: Set<string> = new Set(),
): void {
  if (durable.has(path)) return;
  const parent = dirname(path);
  if (fs.stat(path)?.directory) syncExisting(fs, parent);
  else {
    if (parent !== path) makeDirectories(fs, parent, mode, durable);
    try {
      fs.mkdir(path, mode);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
    syncDirectory(fs, parent);
  }
  durable.add(path);
}

function syncExisting(fs: FileSystem, parent: string): void {
  try {
    syncDirectory(fs, parent);
  } catch (error) {
    // What lies above the data directory may be closed to us; then it was not us who made the name.
    if (errorCode(error) !== 'EACCES') throw error;
  }
}

/**
 * Writes a file that never changes again. The bytes are durable when this returns; its name is, once the caller has synced the directory.
 * @param tmp a path on the same file system that nobody else uses
 * @returns false where the name is already taken; the caller compares
 */
export function writeImmutable(
  fs: FileSystem,
  tmp: string,
  path: string,
  bytes: Uint8Array,
  mode?: number,
): boolean {
  writeTmp(fs, tmp, bytes, mode);
  try {
    // link(2) refuses to replace, which rename(2) does not.
    fs.link(tmp, path);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    fs.unlink(tmp);
    return false;
  }
  fs.unlink(tmp);
  return true;
}

/** Replaces a file in one step; durable when this returns. What is large may come in parts. */
export function replaceFile(
  fs: FileSystem,
  tmp: string,
  path: string,
  bytes: Uint8Array | Iterable<Uint8Array>,
  mode?: number,
): void {
  writeTmp(fs, tmp, bytes, mode);
  fs.rename(tmp, path);
  syncDirectory(fs, dirname(path));
}

function writeTmp(
  fs: FileSystem,
  tmp: string,
  bytes: Uint8Array | Iterable<Uint8Array>,
  mode?: number,
): void {
  const write = (fd: number): void => {
    for (const part of bytes instanceof Uint8Array ? [bytes] : bytes) writeAll(fs, fd, part);
    fs.fsync(fd);
  };
  try {
    withFile(fs, tmp, 'wx', write, mode);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    // Left behind by a crash; never linked, so nobody has seen it.
    fs.unlink(tmp);
    withFile(fs, tmp, 'wx', write, mode);
  }
}

/** All files below a directory, as paths relative to it, sorted. */
export function listFiles(fs: FileSystem, directory: string, below = ''): string[] {
  const found: string[] = [];
  if (!fs.stat(join(directory, below))?.directory) return found;
  for (const name of fs.readdir(join(directory, below)).sort()) {
    const path = below === '' ? name : `${below}/${name}`;
    if (fs.stat(join(directory, path))?.directory) found.push(...listFiles(fs, directory, path));
    else found.push(path);
  }
  return found;
}
