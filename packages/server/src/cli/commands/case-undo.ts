import { Command } from 'commander';
import type { ShownCase } from '../../cases/show-case.ts';
import type { Undone } from '../../cases/undo-decision.ts';
import { type Admin, idPart, openAdmin } from '../ask-admin.ts';
import { withConnection } from '../connection.ts';
import { EXIT, failure } from '../exits.ts';
import type { Shell } from '../run-command-line.ts';
import { nextStep, spellAs } from '../text.ts';

type Options = {
  readonly decision?: string;
  readonly reasons: string;
  readonly json?: boolean;
  readonly as?: string;
};

export function undoDecision({ io }: Shell): Command {
  return withConnection(new Command('undo'))
    .description('Undoes a decision of yours that has not taken effect yet.')
    .argument('<case>')
    .option('--decision <decision>', 'which; the one that waits where none is named')
    .requiredOption('--reasons <text>', 'why (20 to 2000 characters)')
    .addHelpText(
      'after',
      '\nExample\n  portcullis case undo case-1 --reasons "I meant the other case, case-2."',
    )
    .action(async (caseId: string, options: Options, command: Command) => {
      const admin = await openAdmin(command, io);
      const path = `/v1/cases/${idPart(caseId, 'a case')}`;
      const decision = options.decision ?? (await waitingDecision(admin, path));
      const undone = await admin.send<Undone>(
        'POST',
        `${path}/decisions/${idPart(decision, 'a decision')}/undo`,
        { reasons: options.reasons },
      );
      if (options.json) return io.json(undone);
      io.say(`${io.style.bold(undone.decision)} is undone; nothing has changed at the gate.`);
      io.say(nextStep(undone.next, io, spellAs(options.as)));
    });
}

async function waitingDecision(admin: Admin, path: string): Promise<string> {
  const { decisions } = await admin.get<ShownCase>(path);
  const waits = decisions.findLast(
    (each) => each.takesEffectMs !== null && each.effectedIndex === null && each.undoneIndex === null,
  );
  if (waits === undefined)
    throw failure(
      EXIT.refused,
      'No decision of this case waits to take effect.',
      'See what was decided: portcullis case show CASE',
    );
  return waits.decision;
}
