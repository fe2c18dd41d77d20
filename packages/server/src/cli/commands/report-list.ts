import { Command } from 'commander';
import type { Reports } from '../../reports/reports.ts';
import { openAdmin } from '../ask-admin.ts';
import { withConnection } from '../connection.ts';
import type { Shell } from '../run-command-line.ts';
import { printable } from '../text.ts';

type Listed = Awaited<ReturnType<Reports['list']>>;

const STATES = { published: 'published', cut_off: 'cut off', under_way: 'under way' } as const;

export function reportListCommand({ io }: Shell): Command {
  return withConnection(new Command('list'))
    .summary('list reports and what is left to spend')
    .description('Lists the reports that were paid for, and what is left of the budget of each month.')
    .addHelpText('after', '\nExamples\n  portcullis report list\n  portcullis report list --json')
    .action(async (_options: unknown, command: Command) => {
      const admin = await openAdmin(command, io);
      const { reports, budgets } = await admin.get<Listed>('/v1/reports');
      if (command.opts<{ json?: boolean }>().json) return io.json({ reports, budgets });
      if (reports.length === 0) io.say('No report was published yet.');
      for (const { reservation, at, by, months, loss, state } of reports)
        io.say(
          `${reservation}  ${at.slice(0, 10)}  ${STATES[state]}  ${months[0]}${months.length > 1 ? ` to ${months.at(-1)}` : ''}  ε ${loss.epsilon}, δ ${loss.delta}  by ${printable(by)}`,
        );
      io.say();
      for (const { month, limit, left, nextAt } of budgets)
        io.say(
          `${month}  left ε ${left.epsilon}, δ ${left.delta} of ε ${limit.epsilon}, δ ${limit.delta}; data from ${nextAt.slice(0, 10)} on has its own`,
        );
    });
}
