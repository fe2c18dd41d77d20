import { resolve } from 'node:path';
import { Command } from 'commander';
import type { Shell } from '../run-command-line.ts';

export function initCommand({ io }: Shell): Command {
  return new Command('init')
    .summary('write a commented portcullis.yaml')
    .description('Writes a commented portcullis.yaml and its JSON schema. Nothing is overwritten.')
    .argument('[dir]', 'the folder to write to', '.')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples\n  portcullis init\n  portcullis init /etc/portcullis')
    .action(async (dir: string, { json }: { json?: boolean }) => {
      const { initConfig } = await import('../../config/init-config.ts');
      const made = initConfig(resolve(io.cwd, dir));
      if (json) return io.json(made);
      io.say(`Wrote ${made.configFile}`);
      io.say(`      ${made.schemaFile}`);
      io.say(`Name an upstream in it, then run: ${io.program} start`);
    });
}
