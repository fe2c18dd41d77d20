import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { join, sep } from 'node:path';
import { FILE_BYTES_MAX, FILES_MAX, FOLDER_BYTES_MAX, FOLDER_DEPTH_MAX } from './limits.ts';
import { quote, refuse, VerifyError } from './verify-error.ts';

// Reading what may be hostile: nothing is followed out of the folder, nothing larger than its limit is read.

/** A file named on the command line. @throws VerifyError `unreadable` */
export function readInput(path: string, bytesMax: number): Uint8Array {
  try {
    const { size } = statSync(path);
    if (size > bytesMax)
      throw new VerifyError('unreadable', `${quote(path)} is larger than ${bytesMax} bytes.`);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof VerifyError) throw error;
    throw new VerifyError(
      'unreadable',
      `${quote(path)} can not be read (${(error as NodeJS.ErrnoException).code}).`,
    );
  }
}

export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Refuses a path on the command line that is no folder. @throws VerifyError `unreadable` */
export function requireFolder(path: string): void {
  if (!isFolder(path)) throw new VerifyError('unreadable', `${quote(path)} is not a folder.`);
}

/** All files of a folder by path with `/`. Links, devices and whatever else is neither file nor folder are refused. */
export function readFolder(folder: string): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  let total = 0;
  const walk = (inside: string, depth: number): void => {
    if (depth > FOLDER_DEPTH_MAX) refuse(`The bundle has folders deeper than ${FOLDER_DEPTH_MAX}.`);
    for (const item of reading(inside || folder, () =>
      readdirSync(join(folder, inside), { withFileTypes: true }),
    )) {
      const path = inside === '' ? item.name : `${inside}/${item.name}`;
      if (item.isDirectory()) {
        walk(path, depth + 1);
        continue;
      }
      if (!item.isFile()) refuse(`${quote(path)} is not a plain file.`);
      if (files.size >= FILES_MAX) refuse(`The bundle has more than ${FILES_MAX} files.`);
      const bytes = reading(path, () => readPlainFile(join(folder, path), FILE_BYTES_MAX, path));
      total += bytes.length;
      if (total > FOLDER_BYTES_MAX) refuse(`The bundle is larger than ${FOLDER_BYTES_MAX} bytes.`);
      files.set(path, bytes);
    }
  };
  walk('', 0);
  return files;
}

function readPlainFile(path: string, bytesMax: number, shown: string): Uint8Array {
  // O_NOFOLLOW and O_NONBLOCK are missing on Windows, where creating a link needs a privilege.
  const descriptor = openSync(
    path,
    constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
  );
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) refuse(`${quote(shown)} is not a plain file.`);
    if (stat.size > bytesMax) refuse(`${quote(shown)} is larger than ${bytesMax} bytes.`);
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** A reader for files below a folder; undefined where there is none. Links that lead out of the folder are refused. */
export function createFileReader(folder: string): (path: string, bytesMax: number) => Uint8Array | undefined {
  const root = realpathSync(folder);
  return (path, bytesMax) => {
    const full = join(root, path);
    return reading(path, () => {
      if (!isThere(full)) return undefined;
      if (!realpathSync(full).startsWith(root + sep)) refuse(`${quote(path)} leads out of the folder.`);
      return readPlainFile(full, bytesMax, path);
    });
  };
}

function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    // A file stands where a folder would have to.
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return false;
    throw error;
  }
}

/** What the system refuses (a loop of links, a name too long, a permission) is refused by name, too. */
function reading<T>(shown: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof VerifyError || code === undefined) throw error;
    return refuse(`${quote(shown)} can not be read (${code}).`);
  }
}
