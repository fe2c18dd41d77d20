import { Command } from 'commander';
import { idPart, openAdmin } from '../ask-admin.ts';
import { withConnection } from '../connection.ts';
import { type OpenedItem, sayEvidence } from '../say-evidence.ts';
import type { Shell } from '../run-command-line.ts';
import { spellAs } from '../text.ts';

type Options = {
  readonly item?: readonly string[];
  readonly as?: string;
  readonly full?: boolean;
  readonly json?: boolean;
};

export function viewCase({ io }: Shell): Command {
  return withConnection(new Command('view'))
    .description(
      'Opens the evidence of a case: findings, exchanges that they cite, appeals. That you did is on the ledger before you see anything. Nobody decides on what they have not opened.',
    )
    .argument('<case>')
    .option('--item <name...>', 'only these, as listed by portcullis case show (up to 32)')
    .option('--full', 'do not shorten content')
    .addHelpText(
      'after',
      '\nExamples\n  portcullis case view case-1\n  portcullis case view case-1 --item exchange:1042 --full',
    )
    .action(async (caseId: string, options: Options, command: Command) => {
      const admin = await openAdmin(command, io);
      const items = options.item === undefined ? {} : { items: options.item };
      const path = `/v1/cases/${idPart(caseId, 'a case')}/evidence`;
      const viewed = await admin.send<{ opened: OpenedItem[] }>('POST', path, items);
      if (options.json) return io.json(viewed);
      sayEvidence(viewed.opened, io, options.full === true);
      const commit = `${io.program} case commit ${caseId} --view extraction|not|unsure --reasons "…"`;
      io.say(
        `Next: say what you see. Only then the detector's score is shown.\n  ${commit}${spellAs(options.as)}`,
      );
    });
}
