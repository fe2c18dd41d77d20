import { basename, dirname, normalize } from 'node:path';
import type { FileSystem } from './file-system.ts';

// Files in memory, each with what is visible and what has reached the disk, so that a test can pull the plug.
// A file's bytes reach it by fsync of the file, its name by fsync of the directory: what POSIX promises and no more.

type File = { kind: 'file'; bytes: Uint8Array; synced: Uint8Array; mode: number };
type Directory = { kind: 'directory'; names: Map<string, Node>; synced: Map<string, Node>; mode: number };
type Node = File | Directory;
type Descriptor = { node: Node; append: boolean; position: number };

export type MemoryFileSystem = FileSystem & {
  /**
   * Forgets everything that was not synced; open descriptors are void.
   * @param keepFraction how much (0 to 1) of what a file grew since its last sync has reached the disk anyway
   */
  crash(keepFraction?: () => number): void;
  /** Changes bytes behind everybody's back, as a failing disk does. */
  patch(path: string, change: (bytes: Uint8Array) => void): void;
};

export function createMemoryFileSystem(): MemoryFileSystem {
  const root: Directory = directory(0o755);
  let descriptors = new Map<number, Descriptor>();
  let nextFd = 3;

  const find = (path: string): Node | undefined => {
    let node: Node | undefined = root;
    for (const name of normalize(path)
      .split('/')
      .filter((part) => part !== '' && part !== '.')) {
      if (node?.kind !== 'directory') return undefined;
      node = node.names.get(name);
    }
    return node;
  };
  const parentOf = (path: string): Directory => {
    const parent = find(dirname(path));
    if (parent?.kind !== 'directory') throw failure('ENOENT', path);
    return parent;
  };
  const existing = (path: string): Node => {
    const node = find(path);
    if (node === undefined) throw failure('ENOENT', path);
    return node;
  };
  const opened = (fd: number): Descriptor => {
    const descriptor = descriptors.get(fd);
    if (descriptor === undefined) throw failure('EBADF', String(fd));
    return descriptor;
  };
  const openedFile = (fd: number): File => {
    const { node } = opened(fd);
    if (node.kind !== 'file') throw failure('EISDIR', String(fd));
    return node;
  };
  const sync = (fd: number): void => {
    const { node } = opened(fd);
    if (node.kind === 'file') node.synced = node.bytes.slice();
    else node.synced = new Map(node.names);
  };
  const makeFile = (path: string, mode: number): File => {
    const file: File = { kind: 'file', bytes: new Uint8Array(0), synced: new Uint8Array(0), mode };
    parentOf(path).names.set(basename(path), file);
    return file;
  };
  return {
    open(path, flags, mode = 0o644) {
      const found = find(path);
      if (flags.includes('x') && found !== undefined) throw failure('EEXIST', path);
      if (flags.startsWith('r') && found === undefined) throw failure('ENOENT', path);
      const node = found ?? makeFile(path, mode);
      if (flags.startsWith('w') && node.kind === 'file') node.bytes = new Uint8Array(0);
      descriptors.set(nextFd, { node, append: flags.startsWith('a'), position: 0 });
      return nextFd++;
    },
    write(fd, bytes, offset, length, position) {
      const descriptor = opened(fd);
      const file = openedFile(fd);
      const at = descriptor.append ? file.bytes.length : (position ?? descriptor.position);
      const grown = new Uint8Array(Math.max(file.bytes.length, at + length));
      grown.set(file.bytes);
      grown.set(bytes.subarray(offset, offset + length), at);
      file.bytes = grown;
      if (position === null) descriptor.position = at + length;
      return length;
    },
    read(fd, bytes, offset, length, position) {
      const descriptor = opened(fd);
      const at = position ?? descriptor.position;
      const got = openedFile(fd).bytes.subarray(at, at + length);
      bytes.set(got, offset);
      if (position === null) descriptor.position += got.length;
      return got.length;
    },
    fsync: sync,
    fdatasync: sync,
    truncate(fd, lengthBytes) {
      const file = openedFile(fd);
      const cut = new Uint8Array(lengthBytes);
      cut.set(file.bytes.subarray(0, lengthBytes));
      file.bytes = cut;
    },
    close(fd) {
      opened(fd);
      descriptors.delete(fd);
    },
    rename(from, to) {
      const node = existing(from);
      parentOf(to).names.set(basename(to), node);
      parentOf(from).names.delete(basename(from));
    },
    link(from, to) {
      if (find(to) !== undefined) throw failure('EEXIST', to);
      parentOf(to).names.set(basename(to), existing(from));
    },
    unlink(path) {
      if (existing(path).kind === 'directory') throw failure('EISDIR', path);
      parentOf(path).names.delete(basename(path));
    },
    mkdir(path, mode = 0o755) {
      if (find(path) !== undefined) throw failure('EEXIST', path);
      parentOf(path).names.set(basename(path), directory(mode));
    },
    readdir(path) {
      const node = existing(path);
      if (node.kind !== 'directory') throw failure('ENOTDIR', path);
      return [...node.names.keys()];
    },
    stat(path) {
      const node = find(path);
      if (node === undefined) return undefined;
      const sizeBytes = node.kind === 'file' ? node.bytes.length : 0;
      return { sizeBytes, directory: node.kind === 'directory', mode: node.mode };
    },
    crash(keepFraction = () => 0) {
      descriptors = new Map();
      forget(root, keepFraction);
    },
    patch(path, change) {
      const node = existing(path);
      if (node.kind !== 'file') throw failure('EISDIR', path);
      node.bytes = node.bytes.slice();
      change(node.bytes);
      node.synced = node.bytes.slice();
    },
  };
}

function directory(mode: number): Directory {
  return { kind: 'directory', names: new Map(), synced: new Map(), mode };
}

function forget(node: Node, keepFraction: () => number): void {
  if (node.kind === 'directory') {
    node.names = new Map(node.synced);
    for (const child of node.names.values()) forget(child, keepFraction);
    return;
  }
  const grownBytes = Math.max(0, node.bytes.length - node.synced.length);
  const kept = node.synced.length + Math.floor(grownBytes * keepFraction());
  const survived = new Uint8Array(grownBytes > 0 ? kept : node.synced.length);
  survived.set(node.synced);
  if (grownBytes > 0) survived.set(node.bytes.subarray(node.synced.length, kept), node.synced.length);
  node.bytes = survived;
  node.synced = survived.slice();
}

function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
