import { Command } from 'commander';
import { idPart, openAdmin } from '../ask-admin.ts';
import { withConnection } from '../connection.ts';
import { EXIT, failure } from '../exits.ts';
import type { Shell } from '../run-command-line.ts';
import { count, printable } from '../text.ts';

type Erase = {
  readonly reason: string;
  readonly legalBasis: string;
  readonly yes?: boolean;
  readonly json?: boolean;
};

export function eraseAccount({ io }: Shell): Command {
  return withConnection(new Command('erase'))
    .description(
      'Destroys all content of an account by destroying its data key. It can not be undone. The ledger stays verifiable: it has commitments, no content. Copies of the key in backups must be destroyed as well (docs/operating.md).',
    )
    .argument('<account>')
    .requiredOption('--reason <text>', 'why; it stands on the ledger')
    .requiredOption('--legal-basis <text>', 'on which basis; it stands on the ledger')
    .option('--yes', 'yes, destroy it')
    .addHelpText(
      'after',
      '\nExamples\n  portcullis account erase research --reason "Asked by its holder." --legal-basis "GDPR, article 17" --yes',
    )
    .action(async (account: string, options: Erase, command: Command) => {
      const path = `/v1/accounts/${idPart(account, 'an account')}/erase`;
      if (options.yes !== true)
        throw failure(
          EXIT.wrongUse,
          `This destroys all content of ${account} for ever.`,
          'Repeat the command with --yes to do it.',
        );
      const admin = await openAdmin(command, io);
      const { reason, legalBasis } = options;
      const done = await admin.send<{ keysDestroyed: number; bundles: readonly string[] }>('POST', path, {
        reason,
        legalBasis,
      });
      if (options.json) return io.json(done);
      io.say(
        `The content of ${account} is destroyed (${count(done.keysDestroyed, 'data key')}). Destroy the copies in backups too.`,
      );
      if (done.bundles.length === 0) return;
      io.say(
        `No key reaches what was exported in the clear; destroy or hand back ${count(done.bundles.length, 'bundle')}:`,
      );
      for (const bundle of done.bundles) io.say(`  ${printable(bundle)}`);
    });
}

export function holdAccount({ io }: Shell): Command {
  return withConnection(new Command('hold'))
    .description(
      'Places or lifts a legal hold: while it lasts, nothing of the account can be erased. (To keep an account from calling, decide a case: portcullis case decide.)',
    )
    .argument('<account>')
    .requiredOption('--reason <text>', 'why; it stands on the ledger')
    .option('--lift', 'lift it')
    .addHelpText(
      'after',
      '\nExamples\n  portcullis account hold research --reason "Court order of 3 May."\n  portcullis account hold research --lift --reason "The proceedings have ended."',
    )
    .action(
      async (
        account: string,
        options: { reason: string; lift?: boolean; json?: boolean },
        command: Command,
      ) => {
        const admin = await openAdmin(command, io);
        const path = `/v1/accounts/${idPart(account, 'an account')}/legal-hold`;
        const done = await admin.send(options.lift ? 'DELETE' : 'POST', path, { reason: options.reason });
        if (options.json) return io.json(done);
        io.say(options.lift ? `The legal hold on ${account} is lifted.` : `${account} is under legal hold.`);
      },
    );
}
