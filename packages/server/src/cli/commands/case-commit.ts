import { Command, Option } from 'commander';
import { VIEWS } from '@portcullis/record';
import type { Committed } from '../../cases/commit-view.ts';
import { idPart, openAdmin } from '../ask-admin.ts';
import { withConnection } from '../connection.ts';
import type { Shell } from '../run-command-line.ts';
import { sayScore } from '../say-case.ts';
import { nextStep, spellAs } from '../text.ts';

type Options = {
  readonly view: string;
  readonly reasons: string;
  readonly json?: boolean;
  readonly as?: string;
};

export function commitView({ io }: Shell): Command {
  return withConnection(new Command('commit'))
    .description(
      "Commits your own view of a case, from the evidence alone. Only after it are the detector's score and what others said shown to you, and only with it can you decide.",
    )
    .argument('<case>')
    .addOption(
      new Option('--view <view>', 'what the evidence shows: extraction, not extraction, or unsure')
        .choices(VIEWS)
        .makeOptionMandatory(),
    )
    .requiredOption('--reasons <text>', 'what you see that says so (20 to 2000 characters)')
    .addHelpText(
      'after',
      '\nExamples\n  portcullis case commit case-1 --view extraction --reasons "One work list, divided by twelve accounts."\n  portcullis case commit case-1 --view unsure --reasons "The form is shared, but it is in a textbook."',
    )
    .action(async (caseId: string, { view, reasons, json, as }: Options, command: Command) => {
      const admin = await openAdmin(command, io);
      const path = `/v1/cases/${idPart(caseId, 'a case')}/views`;
      const made = await admin.send<Committed>('POST', path, { view, reasons });
      if (json) return io.json(made);
      io.say(`Your view of ${io.style.bold(made.case)} is recorded: ${made.view}.`);
      if (made.known !== null)
        io.say(
          `This case was mixed in, and its answer was known: ${made.known.answer}. ${made.known.isRight ? 'You saw it.' : 'You saw something else.'}`,
        );
      if (made.score !== null) sayScore(made.score, io);
      io.say(nextStep(made.next, io, spellAs(as)));
    });
}
