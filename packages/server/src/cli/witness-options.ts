import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { WitnessFlags, WitnessProgramConfig } from '../config/witness-config.ts';
import { EXIT, failure } from './exits.ts';
import type { Io } from './io.ts';

/** Options of every command about one witness. */
export type WitnessOptions = WitnessFlags & { readonly policy?: string; readonly json?: boolean };

export function withWitnessOptions(command: Command): Command {
  return command
    .option('--config <file>', 'settings other than witness.yaml in this folder')
    .option('--data <dir>', 'its folder, in place of the configured one')
    .option('--json', 'print JSON');
}

/** @throws ServerError `bad-config`, or wrong use */
export async function loadWitness(
  { policy, ...flags }: WitnessOptions,
  io: Io,
): Promise<WitnessProgramConfig> {
  const { loadWitnessConfig } = await import('../config/witness-config.ts');
  const log = [...(flags.log ?? []), ...(policy === undefined ? [] : logsOfPolicy(resolve(io.cwd, policy)))];
  return loadWitnessConfig({ cwd: io.cwd, env: io.env, flags: { ...flags, log } });
}

/** The `log` lines of a c2sp.org/tlog-policy, as `portcullis ledger vkeys` prints it. */
function logsOfPolicy(path: string): string[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw failure(EXIT.wrongUse, `The policy ${path} can not be read.`);
  }
  const logs = [...text.matchAll(/^[ \t]*log[ \t]+(\S+)/gm)].map((match) => match[1] as string);
  if (logs.length > 0) return logs;
  throw failure(
    EXIT.wrongUse,
    `${path} has no log line.`,
    'Ask the operator of the ledger for what "portcullis ledger vkeys" prints.',
  );
}

export function collectOption(value: string, earlier: readonly string[] = []): string[] {
  return [...earlier, value];
}

/** What the operator of a log puts into their portcullis.yaml. */
export function settingsForLog(url: string, vkeys: readonly string[]): string {
  const lines = vkeys.map((vkey) => `      - ${vkey}`);
  return ['witnesses:', '  - name: one', `    url: ${url}`, '    vkeys:', ...lines].join('\n');
}
