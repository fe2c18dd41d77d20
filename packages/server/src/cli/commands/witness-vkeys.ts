import { Command } from 'commander';
import type { Shell } from '../run-command-line.ts';
import { loadWitness, settingsForLog, withWitnessOptions, type WitnessOptions } from '../witness-options.ts';

export function witnessVkeysCommand({ io }: Shell): Command {
  return withWitnessOptions(new Command('vkeys'))
    .summary('print its verifier keys')
    .description(
      'Prints the verifier keys of a witness that does not run now, as the operator of a log puts them into portcullis.yaml. Those of a running one stand on its front page.',
    )
    .addHelpText(
      'after',
      '\nExamples\n  portcullis witness vkeys\n  portcullis witness vkeys --data DIR --json',
    )
    .action(async (options: WitnessOptions) => {
      const { openWitnessKeysOnce } = await import('../../start/start-witness-program.ts');
      const config = await loadWitness(options, io);
      const vkeys = openWitnessKeysOnce(config);
      if (options.json) return io.json({ vkeys });
      io.say(settingsForLog(`http://${config.host}:${config.port}`, vkeys));
    });
}
