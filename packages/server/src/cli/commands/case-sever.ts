import { Command } from 'commander';
import type { Decided } from '../../cases/decide.ts';
import { idPart, openAdmin } from '../ask-admin.ts';
import { withConnection } from '../connection.ts';
import type { Shell } from '../run-command-line.ts';
import { nextStep, spellAs } from '../text.ts';

type Options = {
  readonly account: string;
  readonly reasons: string;
  readonly json?: boolean;
  readonly as?: string;
};

export function severAccount({ io }: Shell): Command {
  return withConnection(new Command('sever'))
    .description('Takes an account out of a case and opens it by itself; the case goes on without it.')
    .argument('<case>')
    .requiredOption('--account <account>', 'who is not part of it')
    .requiredOption('--reasons <text>', 'why, in words the account could be told (20 to 2000 characters)')
    .addHelpText(
      'after',
      '\nExample\n  portcullis case sever case-1 --account school --reasons "One class and one worksheet; nothing else is shared."',
    )
    .action(async (caseId: string, { account, reasons, json, as }: Options, command: Command) => {
      const admin = await openAdmin(command, io);
      const path = `/v1/cases/${idPart(caseId, 'a case')}/accounts/${idPart(account, 'an account')}/sever`;
      const decided = await admin.send<Decided>('POST', path, { reasons });
      if (json) return io.json(decided);
      io.say(`${account} is severed from ${caseId} (${io.style.bold(decided.decision)}).`);
      io.say(nextStep(decided.next, io, spellAs(as)));
    });
}
