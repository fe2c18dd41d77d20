import { Command, Option } from 'commander';
import type { Shell } from '../run-command-line.ts';
import { parsePort } from '../parse-port.ts';

type Options = {
  readonly config?: string;
  readonly data?: string;
  readonly port?: number;
  readonly adminPort?: number;
  readonly yes?: boolean;
  readonly rehearsal: boolean;
  readonly declareKeysLost?: boolean;
  readonly newAdminToken?: boolean;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
};

export function startCommand(shell: Shell): Command {
  return new Command('start')
    .summary('run gate, ledger, detection and admin API')
    .description(
      'Runs gate, ledger, detection and admin API in this terminal until Ctrl-C. Without a portcullis.yaml and without OPENAI_API_KEY or ANTHROPIC_API_KEY it runs in practice mode: a practice upstream answers, and a rehearsal with synthetic traffic shows the whole job.',
    )
    .option('--config <file>', 'settings other than portcullis.yaml in this folder')
    .option('--data <dir>', 'data directory, in place of the configured one')
    .option('--port <n>', 'port of the gate; 0 takes any free one', parsePort)
    .option('--admin-port <n>', 'port of the admin API', parsePort)
    .option('--yes', 'play both reviewers of the rehearsal, for unattended use')
    .option('--no-rehearsal', 'in practice mode: no synthetic traffic')
    .option(
      '--declare-keys-lost',
      'go on without data keys that are gone from the vault and not in any backup; it is recorded',
    )
    .option(
      '--new-admin-token',
      'make a further token of the person admin and show it once, for whoever lost theirs; it is recorded',
    )
    .addOption(
      new Option('--log-level <level>', 'what goes to standard error')
        .choices(['debug', 'info', 'warn', 'error'])
        .default('warn'),
    )
    .addHelpText(
      'after',
      `
Examples
  portcullis start                      practice mode, or what portcullis.yaml says
  portcullis start --yes                the rehearsal plays both reviewers
  portcullis start --new-admin-token    the admin token was lost
  OPENAI_API_KEY=… portcullis start     fronts the real API`,
    )
    .action(async (options: Options) => {
      const { start } = await import('../../main.ts');
      shell.exit(
        await start({
          ...(options.config === undefined ? {} : { configFile: options.config }),
          ...(options.data === undefined ? {} : { dataDir: options.data }),
          ...(options.port === undefined ? {} : { port: options.port }),
          ...(options.adminPort === undefined ? {} : { adminPort: options.adminPort }),
          yes: options.yes === true,
          rehearsal: options.rehearsal,
          declareKeysLost: options.declareKeysLost === true,
          newAdminToken: options.newAdminToken === true,
          logLevel: options.logLevel,
        }),
      );
    });
}
