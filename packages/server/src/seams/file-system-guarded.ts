import { ServerError } from '../server-error.ts';
import { errorCode } from './durable-files.ts';
import type { FileSystem } from './file-system.ts';

/** Calls that change something: EIO of one of them is the same news as a failed fsync. EIO of a read concerns what is read alone. */
const CHANGING: ReadonlySet<string> = new Set([
  'write',
  'truncate',
  'close',
  'rename',
  'link',
  'unlink',
  'mkdir',
]);

/**
 * A file system that goes no further once the disk has failed. After a failed fsync the page cache may hold what the disk does not have, and the
 * next fsync says nothing of it. So the first such failure ends all later calls, reads too: every one throws ServerError `storage-failed` then.
 * @param onFailed told once, the first time
 */
export function guardFileSystem(inner: FileSystem, onFailed: (error: ServerError) => void = () => {}) {
  let failed: ServerError | undefined;
  const fail = (call: string, cause: unknown): ServerError => {
    failed = storageFailed(`${call} failed (${errorCode(cause) ?? 'unknown'})`, cause);
    onFailed(failed);
    return failed;
  };
  const around =
    <A extends readonly unknown[], R>(call: string, act: (...args: A) => R) =>
    (...args: A): R => {
      if (failed !== undefined) throw failed;
      try {
        return act(...args);
      } catch (error) {
        const disk = call.endsWith('sync') || (CHANGING.has(call) && errorCode(error) === 'EIO');
        throw disk ? fail(call, error) : error;
      }
    };
  return {
    open: around('open', inner.open),
    write: around('write', inner.write),
    read: around('read', inner.read),
    fsync: around('fsync', inner.fsync),
    fdatasync: around('fdatasync', inner.fdatasync),
    truncate: around('truncate', inner.truncate),
    close: around('close', inner.close),
    rename: around('rename', inner.rename),
    link: around('link', inner.link),
    unlink: around('unlink', inner.unlink),
    mkdir: around('mkdir', inner.mkdir),
    readdir: around('readdir', inner.readdir),
    stat: around('stat', inner.stat),
  } satisfies FileSystem;
}

/** @param what such as `fsync failed (EIO)` */
export function storageFailed(what: string, cause: unknown): ServerError {
  return new ServerError(
    'storage-failed',
    `The disk failed: ${what}. Nobody knows what it has of the last writes. Look at the system's log and the disk, restart the machine (so that nothing is read from memory that is not on the disk), run portcullis fsck, then start.`,
    { cause },
  );
}
