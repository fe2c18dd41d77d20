import { Command, InvalidArgumentError } from 'commander';
import { idPart, openAdmin } from '../ask-admin.ts';
import { withConnection } from '../connection.ts';
import type { Shell } from '../run-command-line.ts';
import { spellAs } from '../text.ts';
import { type Limits, limitText } from './account-show.ts';

type Options = Limits & { readonly json?: boolean; readonly key?: boolean };

function withLimits(command: Command): Command {
  return withConnection(command)
    .option('--requests-per-minute <n>', 'most requests a minute; 0 lets nothing through', parseLimit)
    .option('--tokens-per-minute <n>', 'most tokens a minute', parseLimit)
    .option('--tokens-per-day <n>', 'most tokens a day (UTC)', parseLimit);
}

function parseLimit(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('A limit is a whole number.');
  return Number(text);
}

function limitsOf(options: Limits): Limits {
  const { requestsPerMinute, tokensPerMinute, tokensPerDay } = options;
  return {
    ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }),
    ...(tokensPerMinute === undefined ? {} : { tokensPerMinute }),
    ...(tokensPerDay === undefined ? {} : { tokensPerDay }),
  };
}

export function createAccount({ io }: Shell): Command {
  return withLimits(new Command('create'))
    .description('Makes an account. A name that is left out is made up.')
    .argument('[account]')
    .option('--key', 'issue its first key as well')
    .addHelpText(
      'after',
      '\nExamples\n  portcullis account create research --key\n  portcullis account create nightly --tokens-per-day 2000000',
    )
    .action(async (account: string | undefined, options: Options, command: Command) => {
      const name = account === undefined ? {} : { account: idPart(account, 'an account') };
      const limits = limitsOf(options);
      const admin = await openAdmin(command, io);
      const made = await admin.send<{ account: string; key?: string; secret?: string }>(
        'POST',
        '/v1/accounts',
        {
          ...name,
          ...(Object.keys(limits).length === 0 ? {} : { limits }),
          ...(options.key === true ? { key: true } : {}),
        },
      );
      if (options.json) return io.json(made);
      io.say(`The account ${made.account} is open.`);
      if (made.secret === undefined)
        io.say(`Next: ${io.program} key issue ${made.account}${spellAs(command.opts<{ as?: string }>().as)}`);
      else io.say(`Key ${made.key}. Its secret, shown this once:\n  ${io.style.bold(made.secret)}`);
    });
}

export function limitAccount({ io }: Shell): Command {
  return withLimits(new Command('limits'))
    .description(
      "Replaces an account's own limits. One that is left out is the operator's default from then on.",
    )
    .argument('<account>')
    .addHelpText(
      'after',
      '\nExamples\n  portcullis account limits research --requests-per-minute 60\n  portcullis account limits research   # back to the defaults',
    )
    .action(async (account: string, options: Options, command: Command) => {
      const admin = await openAdmin(command, io);
      const limits = limitsOf(options);
      const done = await admin.send('PUT', `/v1/accounts/${idPart(account, 'an account')}/limits`, {
        limits,
      });
      if (options.json) return io.json(done);
      io.say(`Limits of ${account}: ${limitText(limits)}.`);
    });
}
