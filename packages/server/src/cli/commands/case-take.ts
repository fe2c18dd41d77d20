import { Command } from 'commander';
import type { Leased } from '../../cases/lease-case.ts';
import { idPart, openAdmin } from '../ask-admin.ts';
import { withConnection } from '../connection.ts';
import type { Shell } from '../run-command-line.ts';
import { nextStep, shortTime, spellAs } from '../text.ts';

type Options = { readonly release?: boolean; readonly json?: boolean; readonly as?: string };

export function takeCase({ io }: Shell): Command {
  return withConnection(new Command('take'))
    .description(
      'Takes a case for a time, so that nobody else decides it meanwhile; again, it extends that time. A decision gives the case back.',
    )
    .argument('<case>')
    .option('--release', 'give it back')
    .addHelpText(
      'after',
      '\nExamples\n  portcullis case take case-1\n  portcullis case take case-1 --release',
    )
    .action(async (caseId: string, { release, json, as }: Options, command: Command) => {
      const admin = await openAdmin(command, io);
      const path = `/v1/cases/${idPart(caseId, 'a case')}/lease`;
      const leased = await admin.send<Leased>(release === true ? 'DELETE' : 'POST', path);
      if (json) return io.json(leased);
      if (leased.step === 'released') return io.say(`${leased.case} is given back.`);
      io.say(`${leased.case} is yours until ${shortTime(leased.untilMs, io.now())}.`);
      io.say(nextStep(`Open its evidence: portcullis case view ${leased.case}`, io, spellAs(as)));
    });
}
