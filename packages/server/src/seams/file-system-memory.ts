import { basename, dirname, normalize } from 'node:path';
import type { FileSystem } from './file-system.ts';

// Files in memory, each with what is visible and what has reached the disk, so that a test can pull the plug.
// A file's bytes reach it by fsync of the file, its name by fsync of the directory: what POSIX promises and no more. What was not synced
// is kept as a list of changes; a crash loses any of them, in part too, as disks and caches do.

type Write = { readonly at: number; readonly bytes: Uint8Array };
type Cut = { readonly lengthBytes: number };
type File = { kind: 'file'; bytes: Uint8Array; synced: Uint8Array; unsynced: (Write | Cut)[]; mode: number };
type Directory = { kind: 'directory'; names: Map<string, Node>; synced: Map<string, Node>; mode: number };
type Node = File | Directory;
/** A rename edits two names at once, and both or none reach the disk. */
type NameChange = readonly { directory: Directory; name: string; node: Node | undefined }[];
type Descriptor = { node: Node; append: boolean; position: number };

export type MemoryFileSystem = FileSystem & {
  /**
   * The machine loses power: what was not synced is forgotten, and open descriptors are void.
   * @param survives asked for each change of a name, each {@link TEAR_BYTES} of a write and each truncation whether it has reached the disk
   *   all the same; never, where left out
   */
  crash(survives?: () => boolean): void;
  /** After a failed fsync Linux takes the file's pages for clean: they stay visible, and no later fsync writes them. */
  loseUnsynced(fd: number): void;
  /** Changes bytes behind everybody's back, as a failing disk does. */
  patch(path: string, change: (bytes: Uint8Array) => void): void;
  /** A disk of its own with the same content. */
  fork(): MemoryFileSystem;
};

/** The unit in which a write that was not synced is torn. Smaller than a sector, as records begin anywhere in one. */
export const TEAR_BYTES = 16;

type Disk = {
  root: Directory;
  changes: NameChange[];
  descriptors: Map<number, Descriptor>;
  nextFd: number;
};

export function createMemoryFileSystem(): MemoryFileSystem {
  return fromDisk({ root: directory(0o755), changes: [], descriptors: new Map(), nextFd: 3 });
}

function fromDisk(disk: Disk): MemoryFileSystem {
  return {
    ...byDescriptor(disk),
    ...byPath(disk),
    crash(survives = () => false) {
      disk.descriptors = new Map();
      for (const change of disk.changes) if (survives()) applyNames(change);
      disk.changes = [];
      settle(disk.root, survives);
    },
    loseUnsynced(fd) {
      const node = disk.descriptors.get(fd)?.node;
      // Names are in the file system's journal, which goes on or stops altogether.
      if (node?.kind === 'file') node.unsynced = [];
    },
    patch(path, change) {
      const node = existing(disk, path);
      if (node.kind !== 'file') throw failure('EISDIR', path);
      node.bytes = node.bytes.slice();
      change(node.bytes);
      node.synced = node.bytes;
      node.unsynced = [];
    },
    fork: () => fromDisk(copyDisk(disk)),
  };
}

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
    if (node.kind === 'file') syncFile(node);
    else syncNames(disk, node);
  };
  return {
    open: (path, flags, mode = 0o644) => openNode(disk, path, flags, mode),
    write(fd, bytes, offset, length, position) {
      const descriptor = opened(fd);
      const file = openedFile(fd);
      const at = descriptor.append ? file.bytes.length : (position ?? descriptor.position);
      changeBytes(file, { at, bytes: bytes.slice(offset, offset + length) });
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
    truncate: (fd, lengthBytes) => changeBytes(openedFile(fd), { lengthBytes }),
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
  const empty = new Uint8Array(0);
  const node: Node = found ?? { kind: 'file', bytes: empty, synced: empty, unsynced: [], mode };
  if (found === undefined)
    changeNames(disk, [{ directory: parentOf(disk, path), name: basename(path), node }]);
  else if (flags.startsWith('w') && node.kind === 'file') changeBytes(node, { lengthBytes: 0 });
  disk.descriptors.set(disk.nextFd, { node, append: flags.startsWith('a'), position: 0 });
  return disk.nextFd++;
}

function byPath(disk: Disk): Omit<FileSystem, ByDescriptor> {
  const at = (path: string) => ({ directory: parentOf(disk, path), name: basename(path) });
  return {
    rename(from, to) {
      const node = existing(disk, from);
      changeNames(disk, [
        { ...at(to), node },
        { ...at(from), node: undefined },
      ]);
    },
    link(from, to) {
      if (find(disk, to) !== undefined) throw failure('EEXIST', to);
      changeNames(disk, [{ ...at(to), node: existing(disk, from) }]);
    },
    unlink(path) {
      if (existing(disk, path).kind === 'directory') throw failure('EISDIR', path);
      changeNames(disk, [{ ...at(path), node: undefined }]);
    },
    mkdir(path, mode = 0o755) {
      if (find(disk, path) !== undefined) throw failure('EEXIST', path);
      changeNames(disk, [{ ...at(path), node: directory(mode) }]);
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

function changeBytes(file: File, change: Write | Cut): void {
  file.unsynced.push(change);
  file.bytes = changed(file.bytes, change);
}

function changed(bytes: Uint8Array, change: Write | Cut): Uint8Array {
  if ('lengthBytes' in change) {
    const cut = new Uint8Array(change.lengthBytes);
    cut.set(bytes.subarray(0, change.lengthBytes));
    return cut;
  }
  const grown = new Uint8Array(Math.max(bytes.length, change.at + change.bytes.length));
  grown.set(bytes);
  grown.set(change.bytes, change.at);
  return grown;
}

function changeNames(disk: Disk, change: NameChange): void {
  for (const { directory: parent, name, node } of change) setName(parent.names, name, node);
  disk.changes.push(change);
}

function applyNames(change: NameChange): void {
  for (const { directory: parent, name, node } of change) setName(parent.synced, name, node);
}

function setName(names: Map<string, Node>, name: string, node: Node | undefined): void {
  if (node === undefined) names.delete(name);
  else names.set(name, node);
}

function syncFile(file: File): void {
  for (const change of file.unsynced) file.synced = changed(file.synced, change);
  file.unsynced = [];
}

function syncNames(disk: Disk, synced: Directory): void {
  const touches = (change: NameChange): boolean => change.some((edit) => edit.directory === synced);
  for (const change of disk.changes) if (touches(change)) applyNames(change);
  disk.changes = disk.changes.filter((change) => !touches(change));
}

/** What is there after the power came back. */
function settle(node: Node, survives: () => boolean): void {
  if (node.kind === 'directory') {
    node.names = new Map(node.synced);
    for (const child of node.names.values()) settle(child, survives);
    return;
  }
  for (const change of node.unsynced) {
    if ('lengthBytes' in change) {
      // Later writes found their place by it, so they go with it.
      if (!survives()) break;
      node.synced = changed(node.synced, change);
      continue;
    }
    for (const piece of pieces(change)) if (survives()) node.synced = changed(node.synced, piece);
  }
  node.unsynced = [];
  node.bytes = node.synced;
}

function* pieces({ at, bytes }: Write): Generator<Write> {
  for (let from = 0; from < bytes.length; ) {
    const to = Math.min(bytes.length, from + TEAR_BYTES - ((at + from) % TEAR_BYTES));
    yield { at: at + from, bytes: bytes.subarray(from, to) };
    from = to;
  }
}

/** Byte arrays are replaced and never changed in place, so copies share them. */
function copyDisk(disk: Disk): Disk {
  const copies = new Map<Node, Node>();
  const copy = <T extends Node>(node: T): T => {
    const known = copies.get(node);
    if (known !== undefined) return known as T;
    if (node.kind === 'file') {
      const file = { ...node, unsynced: [...node.unsynced] };
      copies.set(node, file);
      return file;
    }
    const made = directory(node.mode);
    copies.set(node, made);
    for (const [name, child] of node.names) made.names.set(name, copy(child));
    for (const [name, child] of node.synced) made.synced.set(name, copy(child));
    return made as T;
  };
  const root = copy(disk.root);
  const changes = disk.changes.map((change) =>
    change.map((edit) => ({
      directory: copy(edit.directory),
      name: edit.name,
      node: edit.node === undefined ? undefined : copy(edit.node),
    })),
  );
  return { root, changes, descriptors: new Map(), nextFd: 3 };
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

function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
