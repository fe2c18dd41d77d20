import { Command, InvalidArgumentError } from 'commander';
import { realpathSync } from 'node:fs';
import type { Hunt, HuntOptions, HuntReport } from '@portcullis/detection';
import type { HuntFiles } from '../../hunt/hunt-files.ts';
import type { ReportTarget } from '../../hunt/write-report.ts';
import { EXIT, failure } from '../exits.ts';
import type { Io } from '../io.ts';
import type { Shell } from '../run-command-line.ts';
import { showHuntProgress } from '../say-progress.ts';

type Options = {
  readonly traffic: readonly string[];
  readonly benign: readonly string[];
  readonly alpha: number;
  readonly seed?: number;
  readonly json?: string;
};

export function huntCommand({ io }: Shell): Command {
  return new Command('hunt')
    .summary('look for extraction in exported logs, without a gate')
    .description(
      'Reads exported exchanges, calibrates on those of accounts that you hold to be benign, and says which accounts and campaigns of the traffic to look at, with a bound on how often a benign account is named. It decides nothing, and changes nothing but the report it writes. docs/hunting.md says what a line of a FILE is.',
    )
    .requiredOption(
      '--traffic <file...>',
      'exchanges to judge: JSON lines, plain or gzip; - is standard input',
    )
    .requiredOption('--benign <file...>', 'exchanges of accounts held to be benign, in the same form')
    .option('--alpha <number>', 'most a benign account may be named with, between 0 and 1', parseAlpha, 0.01)
    .option('--json <file>', 'write the report as JSON; - writes it to standard output')
    .option(
      '--seed <n>',
      'where random choices start; the same input and seed give the same bytes',
      parseSeed,
    )
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => runHunt(options, io));
}

const EXAMPLES = `
Examples
  portcullis hunt --traffic june.jsonl.gz --benign known-good.jsonl.gz
  portcullis hunt --traffic logs/2026-06-*.jsonl.gz --benign good/*.jsonl --alpha 0.001 --json report.json
  zcat logs/*.gz | portcullis hunt --traffic - --benign good.jsonl --json - | jq '.accounts[] | select(.flagged)'

Files may be given as a list or by repeating the option. Several files are merged by time, so each should be in the
order of time. Lines that can not be read are counted and named, and never end the run.

Exit status: 0 a report was made, whatever it says (also when accounts are flagged or the guarantee is suspended);
1 it failed; 2 wrong use, such as a missing file, before anything is read; 4 the report could not be written.`;

async function runHunt(options: Options, io: Io): Promise<void> {
  const { findHuntFiles } = await import('../../hunt/hunt-files.ts');
  const { findReportTarget, spellReport } = await import('../../hunt/write-report.ts');
  const { feedHunt } = await import('../../hunt/feed-hunt.ts');
  const { sayHunt } = await import('../say-hunt.ts');
  const { alpha, seed, json } = options;
  const hunt = await openHunt(seed === undefined ? { alpha } : { alpha, seed });
  const files = findHuntFiles(options, io.cwd);
  const target = json === undefined || json === '-' ? undefined : findReportTarget(json, io.cwd);
  if (target !== undefined) refuseInput(target.path, files);
  const reading = await feedHunt(hunt, files, showHuntProgress(io));
  io.progress(`Judging ${reading.traffic.accounts.size} accounts …`);
  const report = hunt.conclude();
  io.progress('');
  if (json === '-') for (const line of spellReport(report)) io.say(line);
  // Written before it is said, as `| head` ends the process; said all the same where the disk is full.
  const unwritten = target && (await tryToWrite(report, target));
  sayHunt(report, reading, json === '-' ? { ...io, say: (line = '') => io.note(line) } : io);
  if (unwritten !== undefined) throw unwritten;
}

/** A report in place of the logs it was made from would be the end of them. */
function refuseInput(path: string, { benign, traffic }: HuntFiles): void {
  const input = [...benign, ...traffic].find(
    (file) => file.path !== undefined && realpathSync(file.path) === path,
  );
  if (input === undefined) return;
  throw failure(EXIT.wrongUse, `${input.given} is read, so the report can not be written over it.`);
}

async function tryToWrite(report: HuntReport, target: ReportTarget): Promise<Error | undefined> {
  const { writeReport } = await import('../../hunt/write-report.ts');
  const { errorCode } = await import('../../seams/durable-files.ts');
  const { nodeFileSystem } = await import('../../seams/file-system-node.ts');
  try {
    writeReport(report, target, nodeFileSystem);
    return undefined;
  } catch (error) {
    const sentence = `The report could not be written to ${target.path} (${errorCode(error) ?? 'unknown error'}).`;
    return failure(
      EXIT.diskFailed,
      sentence,
      'What stands above is all there is; name another file and run it again.',
    );
  }
}

async function openHunt(options: HuntOptions): Promise<Hunt> {
  const { createHunt, DetectionError } = await import('@portcullis/detection');
  try {
    return createHunt(options);
  } catch (error) {
    if (!(error instanceof DetectionError)) throw error;
    throw failure(EXIT.wrongUse, error.message, 'See portcullis hunt --help');
  }
}

function parseAlpha(text: string): number {
  const alpha = Number(text);
  if (!/^[\d.]+(?:e-?\d+)?$/i.test(text) || !(alpha > 0 && alpha < 1))
    throw new InvalidArgumentError('Alpha is a number between 0 and 1, such as 0.01.');
  return alpha;
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(seed))
    throw new InvalidArgumentError('A seed is a whole number from 0.');
  return seed;
}
