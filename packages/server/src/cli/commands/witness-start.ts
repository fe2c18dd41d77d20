import { Command, Option } from 'commander';
import type { LogLevel } from '../../start/log.ts';
import { parsePort } from '../parse-port.ts';
import type { Shell } from '../run-command-line.ts';
import {
  collectOption,
  loadWitness,
  settingsForLog,
  withWitnessOptions,
  type WitnessOptions,
} from '../witness-options.ts';

type Options = WitnessOptions & { readonly logLevel: LogLevel };

export function witnessStartCommand(shell: Shell): Command {
  const { io } = shell;
  return withWitnessOptions(new Command('start'))
    .summary('cosign until a signal ends it (what "portcullis witness" alone does)')
    .description(
      'Answers add-checkpoint (c2sp.org/tlog-witness) until SIGTERM or Ctrl-C, for the logs of witness.yaml and of these options. It speaks plain HTTP: put a proxy with TLS in front.',
    )
    .option('--name <name>', 'the name in its cosignatures, where no witness.yaml has one')
    .option('--host <address>', 'address it listens on')
    .option('--port <n>', 'port it listens on; 0 takes any free one', parsePort)
    .option('--log <vkey>', 'verifier key of a log to follow; may be given several times', collectOption)
    .option('--policy <file>', 'follow the logs of this tlog-policy, as "portcullis ledger vkeys" prints it')
    .addOption(
      new Option('--log-level <level>', 'what goes to standard error')
        .choices(['debug', 'info', 'warn', 'error'])
        .default('info'),
    )
    .addHelpText(
      'after',
      `
Examples
  portcullis witness                                  what witness.yaml says
  portcullis witness --policy ledger.policy           follows the ledger of this policy, too
  portcullis witness --name witness.example.org/one --data /var/lib/witness --log LOG-VKEY --port 8480`,
    )
    .action(async (options: Options) => {
      const { startWitnessProgram } = await import('../../start/start-witness-program.ts');
      const { endOnSignals } = await import('../../start/end-on-signals.ts');
      const { createLog } = await import('../../start/log.ts');
      const config = await loadWitness(options, io);
      const log = createLog(options.logLevel, (line) => void process.stderr.write(line));
      const ending = endOnSignals();
      const witness = await startWitnessProgram(config, log);
      const { url, vkeys, origins } = witness;
      if (options.json) io.json({ pid: process.pid, url, vkeys, logs: origins });
      else {
        io.say(`Witness at ${url}; it follows ${origins.length === 0 ? 'no log yet' : origins.join(', ')}.`);
        if (origins.length === 0)
          io.say('Put the verifier keys of logs under logs in witness.yaml, or use --policy.');
        io.say(settingsForLog(url, vkeys));
      }
      log('info', 'witness.started', { url, logs: origins.length });
      await ending.ended;
      await witness.close();
      log('info', 'witness.stopped');
    });
}
