import { Command } from 'commander';
import { openAdmin } from '../ask-admin.ts';
import { withConnection } from '../connection.ts';
import type { Shell } from '../run-command-line.ts';

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
  return new Command('ledger').description('The ledger.').addCommand(vkeys);
}
