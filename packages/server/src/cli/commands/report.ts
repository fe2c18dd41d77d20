import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { ReportFiles } from '../../reports/reports.ts';
import { openAdmin } from '../ask-admin.ts';
import { withConnection } from '../connection.ts';
import { EXIT, failure } from '../exits.ts';
import type { Shell } from '../run-command-line.ts';
import { reportListCommand } from './report-list.ts';

type Options = {
  readonly period?: string;
  readonly epsilon?: string;
  readonly delta?: string;
  readonly unit?: string;
  readonly soFar?: boolean;
  readonly again?: boolean;
  readonly out?: string;
  readonly json?: boolean;
};

const EXAMPLES = `
Examples
  portcullis report --period 2026-11 --epsilon 1 --delta 1e-6
  portcullis report --period 2026-01..2026-06 --epsilon 0.5 --delta 1e-7 --out h1
  portcullis report list`;

export function reportCommand(shell: Shell): Command {
  const { io } = shell;
  return withConnection(new Command('report'))
    .summary('publish what the gate saw, with noise that protects each account')
    .description(
      'Publishes a transparency report: report.html, report.csv and report.json, with differential privacy. What it spends of a month’s budget is gone for good. The same command again gives the same report and spends nothing.',
    )
    .option('--period <months>', 'a month such as 2026-11, or several: 2026-01..2026-06')
    .option('--epsilon <number>', 'how much a unit may lose to it')
    .option('--delta <number>', 'how likely it is to lose more, such as 1e-6')
    .addOption(
      new Option('--unit <what>', 'what is protected together')
        .choices(['account-month', 'account'])
        .default('account-month'),
    )
    .option('--so-far', 'of a period that is not over; the whole of it spends its budget again')
    .option('--again', 'pay once more for a report that was paid for and cut off')
    .option('--out <folder>', 'where to write it (default: report-<period>)')
    .addHelpText('after', EXAMPLES)
    .enablePositionalOptions()
    .addCommand(reportListCommand(shell))
    .action(async (options: Options, command: Command) => {
      const { period, epsilon, delta } = requireAsked(options);
      const admin = await openAdmin(command, io);
      io.progress('The server counts, and records what it releases …');
      const made = await admin.send<ReportFiles>('POST', '/v1/reports', {
        period,
        epsilon,
        delta,
        unit: options.unit,
        ...(options.soFar === true ? { soFar: true } : {}),
        ...(options.again === true ? { again: true } : {}),
      });
      io.progress('');
      const folder = resolve(io.cwd, options.out ?? `report-${period.replace('..', '-to-')}`);
      const files = writeReport(made, folder);
      const { entries } = made;
      const { privacy } = made.disclosure;
      if (options.json)
        return io.json({
          report: made.report,
          isNew: made.isNew,
          folder,
          files,
          disclosure: made.disclosure,
        });
      io.say(`${io.style.bold('Report')} ${made.report} in ${folder}`);
      io.say(`  ${files.join(', ')}`);
      io.say(
        made.isNew
          ? `  It spent ε ${privacy.loss.epsilon}, δ ${privacy.loss.delta} of each month’s budget (entries ${entries.reserved} and ${entries.spent}).`
          : `  It was there already (entry ${entries.spent}): nothing was spent.`,
      );
      for (const { month, left, nextAt } of privacy.budgets)
        io.say(
          `  ${month} had ε ${left.epsilon}, δ ${left.delta} left then; data from ${nextAt.slice(0, 10)} on has its own.`,
        );
    });
}

function requireAsked({ period, epsilon, delta }: Options) {
  if (period !== undefined && epsilon !== undefined && delta !== undefined) return { period, epsilon, delta };
  throw failure(
    EXIT.wrongUse,
    'A report needs --period, --epsilon and --delta.',
    'How to choose them: docs/reporting.md. What is left to spend: portcullis report list.',
  );
}

function writeReport({ report, page, csv, disclosure }: ReportFiles, folder: string): string[] {
  const files = {
    'report.html': page,
    'report.csv': csv,
    'report.json': `${JSON.stringify(disclosure, null, 2)}\n`,
  };
  try {
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw failure(
      EXIT.wrongUse,
      `${report} is on the ledger, but its files could not be written to ${folder} (${code}).`,
      'Ask again with another --out: that gives the same report and spends nothing.',
    );
  }
  return Object.keys(files);
}
