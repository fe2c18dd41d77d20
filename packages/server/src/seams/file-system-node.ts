import fs from 'node:fs';
import type { FileSystem } from './file-system.ts';

/** The real thing: Node's synchronous file calls, which are the system's own. */
export const nodeFileSystem: FileSystem = {
  open: (path, flags, mode = 0o644) => fs.openSync(path, flags, mode),
  write: (fd, bytes, offset, length, position) => fs.writeSync(fd, bytes, offset, length, position),
  read: (fd, bytes, offset, length, position) => fs.readSync(fd, bytes, offset, length, position),
  fsync: (fd) => fs.fsyncSync(fd),
  fdatasync: (fd) => fs.fdatasyncSync(fd),
  truncate: (fd, lengthBytes) => fs.ftruncateSync(fd, lengthBytes),
  close: (fd) => fs.closeSync(fd),
  rename: (from, to) => fs.renameSync(from, to),
  link: (from, to) => fs.linkSync(from, to),
  unlink: (path) => fs.unlinkSync(path),
  mkdir: (path, mode = 0o755) => void fs.mkdirSync(path, { mode }),
  readdir: (path) => fs.readdirSync(path),
  stat(path) {
    const found = fs.statSync(path, { throwIfNoEntry: false });
    if (found === undefined) return undefined;
    return { sizeBytes: found.size, directory: found.isDirectory(), mode: found.mode & 0o777 };
  },
};
