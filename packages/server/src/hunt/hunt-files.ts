import { accessSync, constants, type Stats, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { ServerError } from '../server-error.ts';

/** A file of exchanges as it was named; `-` is standard input. */
export type HuntFile = {
  readonly given: string;
  /** Undefined for standard input. */
  readonly path: string | undefined;
  /** As it lies there, packed or not; undefined where nobody knows before the end. */
  readonly sizeBytes: number | undefined;
};

export type HuntFiles = { readonly benign: readonly HuntFile[]; readonly traffic: readonly HuntFile[] };

/** Files that are merged are open at the same time. */
const FILES_MAX = 1_000;

/**
 * Looks at every file before any is read.
 * @throws ServerError `bad-request` for a file that is missing, no file, not readable or named twice
 */
export function findHuntFiles(
  given: { readonly benign: readonly string[]; readonly traffic: readonly string[] },
  cwd: string,
): HuntFiles {
  if (given.benign.length + given.traffic.length > FILES_MAX)
    throw wrong(
      `At most ${FILES_MAX} files are read in one run. Join some first; gzip files can be joined as they are.`,
    );
  const seen = new Map<string, { readonly option: string; readonly given: string }>();
  const find = (option: 'benign' | 'traffic'): HuntFile[] =>
    given[option].map((name) => {
      const { file, identity } = findFile(name, cwd);
      const before = seen.get(identity);
      if (before !== undefined) throw namedTwice(before, { option, given: name });
      seen.set(identity, { option, given: name });
      return file;
    });
  const traffic = find('traffic');
  return { benign: find('benign'), traffic };
}

type Named = { readonly option: string; readonly given: string };

function namedTwice(before: Named, now: Named): ServerError {
  const names = before.given === now.given ? now.given : `${before.given} and ${now.given}`;
  if (before.option === now.option)
    return wrong(`${names}: the same file twice under --${now.option}; its exchanges would count twice.`);
  return wrong(
    `${names}: the same file under --traffic and --benign. What is judged must not be what the test is calibrated on.`,
  );
}

function findFile(given: string, cwd: string): { file: HuntFile; identity: string } {
  if (given === '-') return { file: { given, path: undefined, sizeBytes: undefined }, identity: '-' };
  const path = resolve(cwd, given);
  const found = statFile(given, path);
  if (found.isDirectory()) throw wrong(`${given} is a folder. Name the files in it: ${given}/*`);
  try {
    accessSync(path, constants.R_OK);
  } catch {
    throw wrong(`${given} can not be read by this user.`);
  }
  const sizeBytes = found.isFile() ? found.size : undefined;
  // Two names of one file, by a link too, are one.
  return { file: { given, path, sizeBytes }, identity: `${found.dev}:${found.ino}` };
}

function statFile(given: string, path: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw wrong(`There is no file ${given}.`);
    throw wrong(`${given} can not be looked at: ${code ?? 'an unknown error'}.`);
  }
}

function wrong(message: string): ServerError {
  return new ServerError('bad-request', message);
}
