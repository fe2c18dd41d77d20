import { Command } from 'commander';
import type { ShownCase } from '../../cases/show-case.ts';
import { idPart, openAdmin } from '../ask-admin.ts';
import { withConnection } from '../connection.ts';
import { sayCase } from '../say-case.ts';
import { type OpenedItem, sayEvidence } from '../say-evidence.ts';
import type { Shell } from '../run-command-line.ts';
import { spellAs } from '../text.ts';

type Options = {
  readonly evidence?: boolean;
  readonly as?: string;
  readonly full?: boolean;
  readonly json?: boolean;
};

export function showCase({ io }: Shell): Command {
  return withConnection(new Command('show'))
    .description(
      'Shows a case: what was found, what speaks against it, what people did, and what to type next.',
    )
    .argument('<case>')
    .option(
      '--evidence',
      'open the evidence as well, as "portcullis case view" does; that you did is recorded',
    )
    .option('--full', 'with --evidence: do not shorten content')
    .addHelpText(
      'after',
      '\nExamples\n  portcullis case show case-1\n  portcullis case show case-1 --evidence --as ada',
    )
    .action(async (caseId: string, options: Options, command: Command) => {
      const admin = await openAdmin(command, io);
      const path = `/v1/cases/${idPart(caseId, 'a case')}`;
      const viewed =
        options.evidence === true
          ? await admin.send<{ opened: OpenedItem[] }>('POST', `${path}/evidence`)
          : undefined;
      const shown = await admin.get<ShownCase>(path);
      if (options.json) return io.json(viewed === undefined ? shown : { ...shown, opened: viewed.opened });
      if (viewed !== undefined) sayEvidence(viewed.opened, io, options.full === true);
      sayCase(shown, io, spellAs(options.as));
    });
}
