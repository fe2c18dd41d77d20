import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { type Command, Option } from 'commander';
import { nodeFileSystem } from '../seams/file-system-node.ts';
import { readPrivateFile } from '../seams/private-file.ts';
import { EXIT, failure } from './exits.ts';
import { findDataDir } from './find-data-dir.ts';
import type { Io } from './io.ts';

export const DEFAULT_ADMIN_URL = 'http://127.0.0.1:8471';
export const DEFAULT_GATE_URL = 'http://127.0.0.1:8470';
const PRACTICE_TOKENS = 'practice-operators.json';

/** Options of every command that asks a running server. */
export type ConnectionOptions = {
  readonly admin?: string;
  readonly tokenFile?: string;
  readonly as?: string;
  readonly data?: string;
  readonly json?: boolean;
};

export type Connection = { readonly url: string; readonly token: string };

const GROUP = 'Which server, and who asks:';

/** Adds those options to a command; help lists them after its own. */
export function withConnection(command: Command): Command {
  const options = [
    ['--admin <url>', `its admin API (or PORTCULLIS_ADMIN_URL; else ${DEFAULT_ADMIN_URL})`],
    ['--token-file <file>', 'file with your operator token, mode 0600 (or PORTCULLIS_TOKEN)'],
    ['--as <name>', 'in practice mode: act as this practice operator'],
    ['--data <dir>', 'data directory of a server on this machine, to find it by'],
  ] as const;
  for (const [flags, does] of options) command.addOption(new Option(flags, does).helpGroup(GROUP));
  return command.option('--json', 'print JSON');
}

/** @throws ServerError wrong use: no token, or an address that can not be read */
export async function connect(options: ConnectionOptions, io: Io): Promise<Connection> {
  const dataDir = await findDataDir(io, options.data);
  const named = options.admin ?? io.env['PORTCULLIS_ADMIN_URL'] ?? readRun(dataDir)?.adminUrl;
  // A token of this directory is for its own server, and not for whoever listens on the usual port.
  if (named === undefined && (options.as !== undefined || options.data !== undefined)) {
    // Who names nobody of this directory is told so first: starting a server would not help.
    if (options.as !== undefined) practiceToken(options.as, dataDir);
    throw failure(
      EXIT.unreachable,
      `No server runs on ${dataDir ?? 'a data directory here'}.`,
      'Start it, or name its admin API with --admin URL.',
    );
  }
  const url = checkUrl(named ?? DEFAULT_ADMIN_URL, io);
  return { url, token: findToken(options, dataDir, io) };
}

export type Run = { readonly adminUrl?: string; readonly gateUrl?: string };

/** What a server that runs on the directory says of itself. */
export function readRun(dataDir: string | undefined): Run | undefined {
  if (dataDir === undefined) return undefined;
  return readJsonFile<Run>(join(dataDir, 'run.json'), readPlain);
}

/** @throws ServerError wrong use */
export function checkUrl(text: string, io: Io): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw failure(EXIT.wrongUse, `${text} is no http address.`, 'Write it like http://127.0.0.1:8471');
  const isLocal = /^(localhost|127\.[\d.]+|\[::1\])$/.test(url.hostname);
  if (url.protocol === 'http:' && !isLocal)
    io.note(
      `Note: ${url.host} is asked without encryption; your token can be read on the way. Use https or a tunnel.`,
    );
  return text.replace(/\/+$/, '');
}

function findToken(options: ConnectionOptions, dataDir: string | undefined, io: Io): string {
  if (options.as !== undefined) return practiceToken(options.as, dataDir);
  if (options.tokenFile !== undefined) return tokenFromFile(options.tokenFile, io);
  const token = io.env['PORTCULLIS_TOKEN']?.trim() ?? '';
  if (token !== '') return token;
  const names = Object.keys(practiceTokens(dataDir) ?? {});
  throw failure(
    EXIT.wrongUse,
    'This asks a running server, which wants to know who you are.',
    names.length > 0
      ? `It is in practice mode: add --as NAME, with one of ${names.join(', ')}.`
      : 'Set PORTCULLIS_TOKEN, or give --token-file FILE. A token is never taken as an argument, where other users of this machine and the shell history could read it.',
  );
}

function tokenFromFile(given: string, io: Io): string {
  const path = isAbsolute(given) ? given : join(io.cwd, given);
  const token = readPrivateFile(nodeFileSystem, path)?.trim();
  if (token === undefined || token === '')
    throw failure(
      EXIT.wrongUse,
      `There is no token in ${path}.`,
      'Write the token into it, and run chmod 600 on it.',
    );
  return token;
}

function practiceToken(name: string, dataDir: string | undefined): string {
  const tokens = practiceTokens(dataDir);
  if (tokens === undefined)
    throw failure(
      EXIT.wrongUse,
      '--as is for practice mode, and there is no practice data here.',
      'Run it in the folder where "portcullis start" runs, or name the data with --data DIR. Elsewhere use PORTCULLIS_TOKEN.',
    );
  const token = tokens[name];
  if (token === undefined)
    throw failure(
      EXIT.wrongUse,
      `There is no practice operator ${name}.`,
      `Those are: ${Object.keys(tokens).join(', ')}.`,
    );
  return token;
}

function practiceTokens(dataDir: string | undefined): Readonly<Record<string, string>> | undefined {
  if (dataDir === undefined) return undefined;
  return readJsonFile(join(dataDir, PRACTICE_TOKENS), (path) => readPrivateFile(nodeFileSystem, path));
}

function readPlain(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

function readJsonFile<T>(path: string, read: (path: string) => string | undefined): T | undefined {
  const text = read(path);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
