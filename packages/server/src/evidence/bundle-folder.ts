import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { canonicalText, type Json } from '@portcullis/record';
import { ServerError } from '../server-error.ts';

export type FileStated = { readonly bytes: number; readonly sha256: string };

/** Lines of canonical JSON, hashed as they are written. */
export type LineFile = { write(line: Uint8Array | string): Promise<void>; end(): Promise<void> };

/** A bundle in the making: nobody sees it under its name before it is whole and durable. */
export type BundleFolder = {
  readonly files: ReadonlyMap<string, FileStated>;
  text(path: string, text: string): Promise<void>;
  json(path: string, value: Json): Promise<void>;
  lines(path: string): Promise<LineFile>;
  /** Makes all names durable; the bundle still has its temporary name. */
  sync(): Promise<void>;
  /** Gives it its name. */
  publish(): Promise<void>;
  /** Removes it, whatever its name is. */
  discard(): Promise<void>;
};

/** What the verifier reads at most (packages/verify/src/limits.ts). */
const FILE_BYTES_MAX = 512 * 1024 * 1024;
const FOLDER_BYTES_MAX = 1024 * 1024 * 1024;
const FLUSH_BYTES = 256 * 1024;

const PARTIAL = '.partial';

/** Removes what exports that were cut off left in a folder of bundles: content in the clear, which nobody knows of. Call it while none runs. */
export async function discardPartialBundles(outDir: string): Promise<void> {
  await mkdir(outDir, { recursive: true, mode: 0o700 });
  for (const name of await readdir(outDir))
    if (name.endsWith(PARTIAL)) await rm(join(outDir, name), { recursive: true, force: true });
}

/**
 * @param dir the name it will have; its parent is made where it is missing. Files are for their owner only: they hold content.
 */
export async function createBundleFolder(dir: string): Promise<BundleFolder> {
  const temporary = `${dir}${PARTIAL}`;
  await mkdir(dirname(dir), { recursive: true, mode: 0o700 });
  await mkdir(temporary, { mode: 0o700 });
  const files = new Map<string, FileStated>();
  const folders = new Set<string>([temporary]);
  let published = false;

  async function lines(path: string): Promise<LineFile> {
    const target = join(temporary, path);
    if (!folders.has(dirname(target))) await mkdir(dirname(target), { mode: 0o700, recursive: true });
    folders.add(dirname(target));
    const file = await open(target, 'wx', 0o600);
    return hashedFile(file, (stated) => {
      files.set(path, stated);
      checkSize(path, files);
    });
  }
  async function text(path: string, content: string): Promise<void> {
    const file = await lines(path);
    await file.write(content);
    await file.end();
  }
  return {
    files,
    text,
    json: (path, value) => text(path, canonicalText(value)),
    lines,
    async sync() {
      for (const folder of folders) await syncFolder(folder);
    },
    async publish() {
      await rename(temporary, dir);
      published = true;
      await syncFolder(dirname(dir));
    },
    discard: () => rm(published ? dir : temporary, { recursive: true, force: true }),
  };
}

function hashedFile(file: FileHandle, onEnd: (stated: FileStated) => void): LineFile {
  const hash = createHash('sha256');
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let bytes = 0;
  const flush = async (): Promise<void> => {
    const block = Buffer.concat(waiting);
    waiting = [];
    waitingBytes = 0;
    hash.update(block);
    await file.appendFile(block);
  };
  return {
    async write(line) {
      const chunk = typeof line === 'string' ? Buffer.from(line) : line;
      waiting.push(chunk);
      waitingBytes += chunk.length;
      bytes += chunk.length;
      if (bytes > FILE_BYTES_MAX) {
        await file.close();
        throw tooLarge();
      }
      if (waitingBytes >= FLUSH_BYTES) await flush();
    },
    async end() {
      await flush();
      await file.sync();
      await file.close();
      onEnd({ bytes, sha256: hash.digest('hex') });
    },
  };
}

function checkSize(path: string, files: ReadonlyMap<string, FileStated>): void {
  const total = [...files.values()].reduce((sum, file) => sum + file.bytes, 0);
  if (total > FOLDER_BYTES_MAX) throw tooLarge(path);
}

function tooLarge(path = 'a file'): ServerError {
  return new ServerError(
    'bad-request',
    `The bundle grows beyond what a verifier reads (at ${path}). Disclose less (--disclose examples), or leave other accounts' entries out (--not-complete).`,
  );
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
