import { resolve } from 'node:path';
import { Command } from 'commander';
import type { Shell } from '../run-command-line.ts';
import { settingsForLog } from '../witness-options.ts';

type Options = { readonly name: string; readonly json?: boolean };

export function witnessInitCommand({ io }: Shell): Command {
  return new Command('init')
    .summary('make the keys and a commented witness.yaml')
    .description(
      'Writes a commented witness.yaml with its JSON schema, makes the keys, and prints the verifier keys for those who keep logs. Nothing is overwritten.',
    )
    .argument('[dir]', 'the folder to write to', '.')
    .requiredOption(
      '--name <name>',
      'the name in its cosignatures, a URL without its scheme; it can not be changed later',
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples\n  portcullis witness init --name witness.example.org/one\n  portcullis witness init /etc/witness --name witness.example.org/one --json',
    )
    .action(async (dir: string, { name, json }: Options) => {
      const { initWitnessConfig, loadWitnessConfig } = await import('../../config/witness-config.ts');
      const { openWitnessKeysOnce } = await import('../../start/start-witness-program.ts');
      const cwd = resolve(io.cwd, dir);
      const made = initWitnessConfig(cwd, name);
      const config = loadWitnessConfig({ cwd, env: io.env, flags: {} });
      const vkeys = openWitnessKeysOnce(config);
      const url = `http://${config.host}:${config.port}`;
      if (json) return io.json({ ...made, dataDir: config.dataDir, name, vkeys });
      io.say(`Wrote ${made.configFile}`);
      io.say(`      ${made.schemaFile}`);
      io.say(`Keys  ${config.dataDir}/keys`);
      io.say();
      io.say(
        'For the operators of the logs, in their portcullis.yaml, with the address at which they reach you:',
      );
      io.say(settingsForLog(url, vkeys));
      io.say();
      io.say(
        'Ask each for what "portcullis ledger vkeys" prints, and put its log lines under logs in witness.yaml.',
      );
      io.say('Then run: portcullis witness');
    });
}
