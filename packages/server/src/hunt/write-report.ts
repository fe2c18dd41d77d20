import { basename, dirname, join, resolve } from 'node:path';
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import type { HuntReport } from '@portcullis/detection';
import { replaceFile, withFile, writeAll } from '../seams/durable-files.ts';
import type { FileSystem } from '../seams/file-system.ts';
import { ServerError } from '../server-error.ts';

/** Characters gathered before they are written. */
const PART_CHARS = 262_144;

/** The report as lines of JSON, one an account and one a campaign: it can be large, and two can be compared line by line. */
export function* spellReport(report: HuntReport): Generator<string> {
  const fields = Object.entries(report);
  yield '{';
  for (const [at, [name, value]] of fields.entries()) {
    const comma = at < fields.length - 1 ? ',' : '';
    if (!Array.isArray(value) || value.length === 0) {
      yield `${JSON.stringify(name)}:${JSON.stringify(value)}${comma}`;
      continue;
    }
    yield `${JSON.stringify(name)}:[`;
    const items = value as readonly unknown[];
    for (const [i, item] of items.entries()) yield JSON.stringify(item) + (i < items.length - 1 ? ',' : '');
    yield `]${comma}`;
  }
  yield '}';
}

/** Where a report goes: a file that is replaced in one step, or what can only be written to, such as a pipe. */
export type ReportTarget = { readonly path: string; readonly replace: boolean };

/**
 * Looks at it before any work is done.
 * @throws ServerError `bad-request`
 */
export function findReportTarget(given: string, cwd: string): ReportTarget {
  const named = resolve(cwd, given);
  const found = statSync(named, { throwIfNoEntry: false });
  if (found?.isDirectory()) throw wrong(`${given} is a folder. Name a file in it.`);
  const replace = found?.isFile() ?? true;
  // A link stays one: what it leads to is replaced.
  const path = found === undefined ? named : realpathSync(named);
  if (statSync(dirname(path), { throwIfNoEntry: false })?.isDirectory() !== true)
    throw wrong(`There is no folder for ${given}. Make it, or name another file.`);
  try {
    accessSync(replace ? dirname(path) : path, constants.W_OK);
  } catch {
    throw wrong(`${given} can not be written by this user.`);
  }
  return { path, replace };
}

function wrong(message: string): ServerError {
  return new ServerError('bad-request', message);
}

/** @throws the error of the file call that failed; a report that was there before stays then */
export function writeReport(report: HuntReport, { path, replace }: ReportTarget, fs: FileSystem): void {
  const tmp = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    // It names accounts: for nobody else until its owner says so.
    if (replace) replaceFile(fs, tmp, path, partsOf(report), 0o600);
    else
      withFile(fs, path, 'w', (fd) => {
        for (const part of partsOf(report)) writeAll(fs, fd, part);
      });
  } catch (error) {
    if (replace && fs.stat(tmp) !== undefined) fs.unlink(tmp);
    throw error;
  }
}

function* partsOf(report: HuntReport): Generator<Uint8Array> {
  let text = '';
  for (const line of spellReport(report)) {
    text += `${line}\n`;
    if (text.length < PART_CHARS) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(text);
}
