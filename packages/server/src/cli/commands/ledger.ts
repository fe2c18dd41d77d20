import { Command } from 'commander';
import { openAdmin } from '../ask-admin.ts';
import { withConnection } from '../connection.ts';
import type { Shell } from '../run-command-line.ts';
import { count } from '../text.ts';
import { type RotateOptions, rotationTarget, withRotateOptions } from './rotate-options.ts';

export function ledgerCommand({ io }: Shell): Command {
  const vkeys = withConnection(new Command('vkeys'))
    .description(
      "Prints the ledger's verifier keys, its witnesses and their quorum as a trust policy (c2sp.org/tlog-policy), for --trust of portcullis-verify. Give it to those who will check by another way than the evidence, and early: before there is anything to argue about.",
    )
    .addHelpText('after', '\nExamples\n  portcullis ledger vkeys > trust.policy')
    .action(async (options: { json?: boolean }, command: Command) => {
      const admin = await openAdmin(command, io);
      const ledger = await admin.get<{ origin: string; vkeys: string[]; tlogPolicy: string }>('/v1/ledger');
      if (options.json) {
        const { origin, vkeys: keys, tlogPolicy } = ledger;
        return io.json({ origin, vkeys: keys, tlogPolicy });
      }
      io.say(ledger.tlogPolicy.trimEnd());
    });
  const rotate = withRotateOptions(new Command('rotate-keys'))
    .description(
      'Makes a new pair of keys that signs the ledger from here on. The old pair signs that it hands over, and its private keys are destroyed. Stop the server first. Who has the old verifier keys can follow (handovers.jsonl beside the checkpoint); witnesses must be given the new ones.',
    )
    .addHelpText(
      'after',
      '\nExamples\n  portcullis ledger rotate-keys --reason "Yearly." --by adam\n\nExit status: 0 done, 1 refused (a server runs, the ledger is damaged), 2 wrong use.',
    )
    .action(async (given: string | undefined, options: RotateOptions) => {
      const target = await rotationTarget(io, given, options, 'ledger rotate-keys');
      const { rotateLedgerKeys } = await import('../../start/rotate-keys.ts');
      const progress = (checked: number, total: number) =>
        io.progress(`checked ${checked} of ${total} entries`);
      const { size, vkeys: keys } = await rotateLedgerKeys({ ...target, progress });
      io.progress('');
      if (options.json) return io.json({ size, vkeys: keys });
      io.say(
        `The ledger's keys have changed, at ${count(size, 'entry', 'entries')}. These sign from here on:`,
      );
      for (const vkey of keys) io.say(`log ${vkey}`);
      io.say('The old private keys are destroyed; delete them from backups, too.');
      io.say(`Next: give the new lines to your witnesses, then ${io.program} start`);
    });
  return new Command('ledger').description('The ledger.').addCommand(vkeys).addCommand(rotate);
}
