import { Command, Option } from 'commander';
import type { Deadline } from '../../cases/list-deadlines.ts';
import type { ShownIncident } from '../../incidents/show-incident.ts';
import { INCIDENT_KINDS } from '@portcullis/record';
import { idPart, openAdmin } from '../ask-admin.ts';
import { withConnection } from '../connection.ts';
import type { Io } from '../io.ts';
import type { Shell } from '../run-command-line.ts';
import { shortTime, table, wrap } from '../text.ts';

type Json = { readonly json?: boolean };
const path = (incident: string) => `/v1/incidents/${idPart(incident, 'an incident')}`;

export function incidentCommand(shell: Shell): Command {
  return new Command('incident')
    .description('Incidents that may have to be reported, and their clocks.')
    .addCommand(listDeadlines(shell))
    .addCommand(becomeAware(shell))
    .addCommand(showOne(shell))
    .addCommand(classify(shell))
    .addCommand(report(shell))
    .addCommand(resolve(shell));
}

function listDeadlines({ io }: Shell): Command {
  return withConnection(new Command('due'))
    .description('Lists what must be done by when: cases, appeals, acknowledgements, incidents.')
    .action(async ({ json }: Json, command: Command) => {
      const admin = await openAdmin(command, io);
      const answer = await admin.get<{ deadlines: Deadline[] }>('/v1/deadlines');
      if (json) return io.json(answer);
      if (answer.deadlines.length === 0) return io.say('Nothing has a deadline.');
      const columns = [{ title: 'due' }, { title: 'of' }, { title: 'deadline' }, { title: 'what' }];
      const rows = answer.deadlines.map((each) => [
        `${shortTime(each.dueMs, io.now())}${each.isLate ? ' LATE' : ''}`,
        each.of,
        each.deadline,
        each.what,
      ]);
      io.say(table(columns, rows, io.style));
    });
}

function becomeAware({ io }: Shell): Command {
  return withConnection(new Command('aware'))
    .description('Says that you became aware of an incident: every clock of the rules that may apply starts.')
    .requiredOption('--what <text>', 'what happened (20 to 600 characters)')
    .addOption(
      new Option('--kind <kind...>', 'what kinds of incident it is')
        .choices(INCIDENT_KINDS)
        .makeOptionMandatory(),
    )
    .option('--at <time>', 'when, such as 2026-11-23T09:30:00Z; now where left out')
    .option('--case <case>', 'the case it came up in')
    .action(
      async (
        options: Json & { what: string; kind: string[]; at?: string; case?: string },
        command: Command,
      ) => {
        const admin = await openAdmin(command, io);
        const { what, kind: kinds, at: aware, case: caseId } = options;
        const body = {
          what,
          kinds,
          ...(aware === undefined ? {} : { aware }),
          ...(caseId === undefined ? {} : { case: caseId }),
        };
        say(await admin.send<ShownIncident>('POST', '/v1/incidents', body), options, io);
      },
    );
}

function showOne({ io }: Shell): Command {
  return withConnection(new Command('show'))
    .description('Shows an incident and its clocks; lists incidents where none is named.')
    .argument('[incident]')
    .action(async (incident: string | undefined, options: Json, command: Command) => {
      const admin = await openAdmin(command, io);
      if (incident !== undefined) return say(await admin.get<ShownIncident>(path(incident)), options, io);
      const answer = await admin.get<{ incidents: ShownIncident[] }>('/v1/incidents');
      if (options.json) return io.json(answer);
      if (answer.incidents.length === 0) io.say('There are no incidents.');
      for (const each of answer.incidents)
        io.say(`${each.incident}  ${shortTime(each.awareMs, io.now())}  ${each.what}`);
    });
}

function classify({ io }: Shell): Command {
  return withConnection(new Command('classify'))
    .description('Decides whether a rule asks for a report of the incident, with reasons.')
    .argument('<incident>')
    .requiredOption('--rule <rule>', 'such as eu-gpai')
    .addOption(new Option('--reportable <answer>', 'yes or no').choices(['yes', 'no']).makeOptionMandatory())
    .requiredOption('--reasons <text>', 'why (20 to 2000 characters)')
    .action(
      async (
        incident: string,
        options: Json & { rule: string; reportable: string; reasons: string },
        command: Command,
      ) => {
        const admin = await openAdmin(command, io);
        const { rule, reasons } = options;
        const body = { rule, reasons, reportable: options.reportable === 'yes' };
        say(await admin.send<ShownIncident>('POST', `${path(incident)}/classify`, body), options, io);
      },
    );
}

function report({ io }: Shell): Command {
  return withConnection(new Command('report'))
    .description('Writes down that a report was made.')
    .argument('<incident>')
    .requiredOption('--clock <clock>', 'which, as portcullis incident show names it')
    .requiredOption('--reference <text>', 'what the authority gave for it, or where it is kept')
    .action(
      async (incident: string, options: Json & { clock: string; reference: string }, command: Command) => {
        const admin = await openAdmin(command, io);
        const { clock, reference } = options;
        const made = await admin.send<ShownIncident>('POST', `${path(incident)}/reports`, {
          clock,
          reference,
        });
        say(made, options, io);
      },
    );
}

function resolve({ io }: Shell): Command {
  return withConnection(new Command('resolve'))
    .description('Says that the incident is resolved, which starts the clocks of final reports.')
    .argument('<incident>')
    .requiredOption('--reasons <text>', 'what says so (20 to 2000 characters)')
    .action(async (incident: string, options: Json & { reasons: string }, command: Command) => {
      const admin = await openAdmin(command, io);
      const { reasons } = options;
      say(await admin.send<ShownIncident>('POST', `${path(incident)}/resolve`, { reasons }), options, io);
    });
}

function say(shown: ShownIncident, { json }: Json, io: Io): void {
  if (json) return io.json(shown);
  io.say(wrap(`${io.style.bold(shown.incident)}: ${shown.what}`, io.width));
  io.say(`  aware ${shortTime(shown.awareMs, io.now())}; ${shown.kinds.join(', ')}`);
  const columns = [{ title: '  clock' }, { title: 'state' }, { title: 'due' }, { title: 'what, to whom' }];
  const rows = shown.due.map((each) => [
    `  ${each.clock}`,
    each.state,
    shortTime(each.dueMs, io.now()),
    `${each.what} (to: ${each.where})`,
  ]);
  io.say(table(columns, rows, io.style));
  if (shown.undecided.length > 0)
    io.say(
      wrap(
        `Decide for each rule whether it asks for a report, with reasons: ${shown.undecided.join(', ')}. The rules are data as of ${shown.due[0]?.asOf ?? ''}; check them.`,
        io.width,
      ),
    );
}
