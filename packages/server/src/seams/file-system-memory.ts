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
  const disk: Disk = { root: directory(0o755), descriptors: new Map(), nextFd: 3 };
  return {
    ...byDescriptor(disk),
    ...byPath(disk),
    crash(keepFraction = () => 0) {
      disk.descriptors = new Map();
      forget(disk.root, keepFraction);
    },
    patch(path, change) {
      const node = existing(disk, path);
      if (node.kind !== 'file') throw failure('EISDIR', path);
      node.bytes = node.bytes.slice();
      change(node.bytes);
      node.synced = node.bytes.slice();
    },
  };
}

type Disk = { readonly root: Directory; descriptors: Map<number, Descriptor>; nextFd: number };

type ByDescriptor = 'open' | 'write' | 'read' | 'fsync' | 'fdatasync' | 'truncate' | 'close';

function byDescriptor(disk: Disk): Pick<FileSystem, ByDescriptor> {
  const opened = (fd: number): Descriptor => {
    const descriptor = disk.descriptors.get(fd);
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
  return {
    open: (path, flags, mode = 0o644) => openNode(disk, path, flags, mode),
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
      disk.descriptors.delete(fd);
    },
  };
}

function openNode(disk: Disk, path: string, flags: string, mode: number): number {
  const found = find(disk, path);
  if (flags.includes('x') && found !== undefined) throw failure('EEXIST', path);
  if (flags.startsWith('r') && found === undefined) throw failure('ENOENT', path);
  const node = found ?? { kind: 'file', bytes: new Uint8Array(0), synced: new Uint8Array(0), mode };
  if (found === undefined) parentOf(disk, path).names.set(basename(path), node);
  if (flags.startsWith('w') && node.kind === 'file') node.bytes = new Uint8Array(0);
  disk.descriptors.set(disk.nextFd, { node, append: flags.startsWith('a'), position: 0 });
  return disk.nextFd++;
}

function byPath(disk: Disk): Omit<FileSystem, ByDescriptor> {
  return {
    rename(from, to) {
      const node = existing(disk, from);
      parentOf(disk, to).names.set(basename(to), node);
      parentOf(disk, from).names.delete(basename(from));
    },
    link(from, to) {
      if (find(disk, to) !== undefined) throw failure('EEXIST', to);
      parentOf(disk, to).names.set(basename(to), existing(disk, from));
    },
    unlink(path) {
      if (existing(disk, path).kind === 'directory') throw failure('EISDIR', path);
      parentOf(disk, path).names.delete(basename(path));
    },
    mkdir(path, mode = 0o755) {
      if (find(disk, path) !== undefined) throw failure('EEXIST', path);
      parentOf(disk, path).names.set(basename(path), directory(mode));
    },
    readdir(path) {
      const node = existing(disk, path);
      if (node.kind !== 'directory') throw failure('ENOTDIR', path);
      return [...node.names.keys()];
    },
    stat(path) {
      const node = find(disk, path);
      if (node === undefined) return undefined;
      const sizeBytes = node.kind === 'file' ? node.bytes.length : 0;
      return { sizeBytes, directory: node.kind === 'directory', mode: node.mode };
    },
  };
}

function find(disk: Disk, path: string): Node | undefined {
  let node: Node | undefined = disk.root;
  for (const name of normalize(path).split('/')) {
    if (name === '' || name === '.') continue;
    if (node?.kind !== 'directory') return undefined;
    node = node.names.get(name);
  }
  return node;
}

function existing(disk: Disk, path: string): Node {
  const node = find(disk, path);
  if (node === undefined) throw failure('ENOENT', path);
  return node;
}

function parentOf(disk: Disk, path: string): Directory {
  const parent = find(disk, dirname(path));
  if (parent?.kind !== 'directory') throw failure('ENOENT', path);
  return parent;
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
