/**
 * The file calls that the ledger and the vault make, one for one with system calls, so that a test can fail, shorten or
 * drop each of them. Synchronous on purpose: the ledger thread does nothing else while it waits (docs/decisions/0001-shape.md).
 * Errors are Node's own, with `code` such as `ENOSPC`.
 */
export type FileSystem = {
  /** `flags` as in open(2): `wx` for O_EXCL, `r`, `a`, `r+`. */
  open(path: string, flags: string, mode?: number): number;
  /** May write fewer bytes than given, as write(2) may; callers loop. */
  write(fd: number, bytes: Uint8Array, offset: number, length: number, position: number | null): number;
  read(fd: number, bytes: Uint8Array, offset: number, length: number, position: number | null): number;
  fsync(fd: number): void;
  /** fdatasync(2). */
  fdatasync(fd: number): void;
  truncate(fd: number, lengthBytes: number): void;
  close(fd: number): void;
  rename(from: string, to: string): void;
  link(from: string, to: string): void;
  unlink(path: string): void;
  mkdir(path: string, mode?: number): void;
  readdir(path: string): string[];
  /** Undefined where nothing is there. */
  stat(path: string): FileStat | undefined;
};

/** `mode` has the permission bits only. */
export type FileStat = { readonly sizeBytes: number; readonly directory: boolean; readonly mode: number };
