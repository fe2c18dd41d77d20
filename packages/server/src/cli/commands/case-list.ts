import { Command, Option } from 'commander';
import type { QueuedCase } from '../../cases/queue.ts';
import { openAdmin } from '../ask-admin.ts';
import { withConnection } from '../connection.ts';
import type { Shell } from '../run-command-line.ts';
import { shortTime, spellAs, table } from '../text.ts';

type Options = { readonly state?: string; readonly account?: string; readonly json?: boolean };

export function listCases({ io }: Shell): Command {
  return withConnection(new Command('list'))
    .description(
      'Lists cases: undecided first, those that weigh most first: exchanges × how near the deadline is.',
    )
    .addOption(
      new Option('--state <state>', 'only these').choices(['open', 'proposed', 'appealed', 'decided']),
    )
    .option('--account <account>', 'only cases about this account')
    .addHelpText('after', '\nExamples\n  portcullis case list\n  portcullis case list --state proposed')
    .action(async (options: Options, command: Command) => {
      const admin = await openAdmin(command, io);
      const query = new URLSearchParams();
      if (options.state !== undefined) query.set('state', options.state);
      if (options.account !== undefined) query.set('account', options.account);
      const answer = await admin.get<{ cases: QueuedCase[] }>(
        `/v1/cases${query.size > 0 ? `?${query}` : ''}`,
      );
      if (options.json) return io.json(answer);
      if (answer.cases.length === 0) return io.say('There are no such cases.');
      const right = true as const;
      const columns = [
        { title: 'case' },
        { title: 'state' },
        { title: 'accounts', right },
        { title: 'weight', right },
        { title: 'opened' },
        { title: 'due' },
        { title: 'taken by' },
      ];
      const rows = answer.cases.map((each) => [
        each.case,
        each.state,
        each.accountsTotal,
        each.priority,
        shortTime(each.openedMs, io.now()),
        each.isMissed ? 'missed' : shortTime(each.dueMs, io.now()),
        each.lease?.by ?? '–',
      ]);
      io.say(table(columns, rows, io.style));
      io.say(
        `\nNext: ${io.program} case show ${answer.cases[0]?.case}${spellAs(command.opts<{ as?: string }>().as)}`,
      );
    });
}
