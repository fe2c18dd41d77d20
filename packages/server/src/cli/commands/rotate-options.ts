import type { Command } from 'commander';
import type { Config } from '../../config/config.ts';
import { EXIT, failure } from '../exits.ts';
import { findDataDir } from '../find-data-dir.ts';
import type { Io } from '../io.ts';

export type RotateOptions = {
  readonly reason: string;
  readonly by: string;
  readonly config?: string;
  readonly json?: boolean;
};

/** What both rotations are asked with. */
export function withRotateOptions(command: Command): Command {
  return command
    .argument('[dir]', 'data directory; the one of this folder where left out')
    .requiredOption('--reason <text>', 'why; it stands on the ledger')
    .option('--by <name>', 'who does it, as it is to stand on the ledger; nobody checks it', 'portcullis')
    .option('--config <file>', 'settings other than portcullis.yaml in this folder')
    .option('--json', 'print JSON');
}

/** As in an entry (packages/record). */
const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const REASON_CHARS_MAX = 2000;

/** The directory, its settings, and what was said. @throws ServerError wrong use, `bad-config` */
export async function rotationTarget(
  io: Io,
  given: string | undefined,
  options: RotateOptions,
  command: string,
): Promise<{ dataDir: string; config: Config; by: string; reason: string }> {
  const { by, reason } = options;
  if (!NAME.test(by))
    throw failure(
      EXIT.wrongUse,
      'A name has lower-case letters, digits, dot, dash and underscore.',
      'Such as --by adam',
    );
  if (reason.trim() === '' || reason.length > REASON_CHARS_MAX)
    throw failure(EXIT.wrongUse, `A reason has 1 to ${REASON_CHARS_MAX} characters.`);
  const dataDir = await findDataDir(io, given);
  if (dataDir === undefined)
    throw failure(EXIT.wrongUse, 'There is no data directory here.', `Name it: portcullis ${command} DIR`);
  const { loadConfig } = await import('../../config/load-config.ts');
  const file = options.config === undefined ? {} : { file: options.config };
  return { dataDir, config: loadConfig({ cwd: io.cwd, env: io.env, ...file }).config, by, reason };
}
