import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';

/** One built file with its precompressed forms, whole in memory: all of them together are a few megabytes. */
export type ConsoleFile = {
  readonly type: string;
  /** Its name holds a hash of its bytes, so that it never changes. */
  readonly immutable: boolean;
  readonly bytes: Buffer;
  readonly br?: Buffer;
  readonly gzip?: Buffer;
};
/** By the path below the folder, with `/`. Only what is listed here can be asked for, whatever a path holds. */
export type ConsoleFiles = ReadonlyMap<string, ConsoleFile>;

export const CONSOLE_PAGE = 'index.html';
export const HEARING_PAGE = 'hearing.html';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.md': 'text/markdown; charset=utf-8',
};

/** Where the built console lies: in the package `@portcullis/console`. Undefined where that is not installed. */
export function findConsole(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve('@portcullis/console/package.json');
    return join(dirname(manifest), 'dist');
  } catch {
    return undefined;
  }
}

/** @returns none where nothing is built there */
export function readConsole(folder: string | undefined): ConsoleFiles {
  if (folder === undefined || !existsSync(join(folder, CONSOLE_PAGE))) return new Map();
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );
  return new Map(
    names.flatMap((name): [string, ConsoleFile][] => {
      const type = TYPES[extname(name)];
      return type === undefined ? [] : [[name.replaceAll('\\', '/'), readFile(folder, name, type)]];
    }),
  );
}

function readFile(folder: string, name: string, type: string): ConsoleFile {
  const bytesOf = (ending: string): Buffer | undefined => {
    const path = join(folder, name + ending);
    return existsSync(path) ? readFileSync(path) : undefined;
  };
  const br = bytesOf('.br');
  const gzip = bytesOf('.gz');
  return {
    type,
    immutable: /[\\/-][A-Za-z0-9_-]{8}\.[a-z]+$/.test(name) && name.startsWith('assets'),
    bytes: readFileSync(join(folder, name)),
    ...(br === undefined ? {} : { br }),
    ...(gzip === undefined ? {} : { gzip }),
  };
}
