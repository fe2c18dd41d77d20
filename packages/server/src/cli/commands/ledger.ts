import { Command } from 'commander';
import { openAdmin } from '../ask-admin.ts';
import { withConnection } from '../connection.ts';
import type { Shell } from '../run-command-line.ts';

export function ledgerCommand({ io }: Shell): Command {
  const vkeys = withConnection(new Command('vkeys'))
    .description(
      "Prints the ledger's verifier keys as a trust policy (c2sp.org/tlog-policy), for --trust of portcullis-verify. Give it to those who will check by another way than the evidence, and early: before there is anything to argue about.",
    )
    .addHelpText('after', '\nExamples\n  portcullis ledger vkeys > trust.policy')
    .action(async (options: { json?: boolean }, command: Command) => {
      const admin = await openAdmin(command, io);
      const ledger = await admin.get<{ origin: string; vkeys: string[] }>('/v1/ledger');
      if (options.json) return io.json({ origin: ledger.origin, vkeys: ledger.vkeys });
      const { writeTlogPolicy } = await import('../../evidence/tlog-policy.ts');
      io.say(writeTlogPolicy(ledger.vkeys).trimEnd());
    });
  return new Command('ledger').description('The ledger.').addCommand(vkeys);
}
