import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { idPart, openAdmin } from '../ask-admin.ts';
import { withConnection } from '../connection.ts';
import { EXIT, failure } from '../exits.ts';
import type { Io } from '../io.ts';
import type { Shell } from '../run-command-line.ts';
import { nextStep, spellAsOther } from '../text.ts';

type Options = {
  readonly account: string;
  readonly grounds?: string;
  readonly groundsFile?: string;
  readonly json?: boolean;
  readonly as?: string;
};

export function appealCase({ io }: Shell): Command {
  return withConnection(new Command('appeal'))
    .description(
      'Writes down an appeal for an account, in its own words. They are sealed in the vault. Somebody who decided nothing about the account before must decide it.',
    )
    .argument('<case>')
    .requiredOption('--account <account>', 'who appeals')
    .addOption(new Option('--grounds <text>', 'what the account says').conflicts('groundsFile'))
    .option('--grounds-file <file>', 'a file with it; - reads standard input')
    .addHelpText(
      'after',
      '\nExamples\n  portcullis case appeal case-1 --account research --grounds "These were my students."\n  portcullis case appeal case-1 --account research --grounds-file letter.txt',
    )
    .action(async (caseId: string, options: Options, command: Command) => {
      const grounds = options.grounds ?? readGrounds(options.groundsFile, io);
      const admin = await openAdmin(command, io);
      const path = `/v1/cases/${idPart(caseId, 'a case')}/appeals`;
      const made = await admin.send<{ appeal: string; next: string }>('POST', path, {
        account: idPart(options.account, 'an account'),
        grounds,
      });
      if (options.json) return io.json(made);
      io.say(`${io.style.bold(made.appeal)}: ${options.account} has appealed in ${caseId}.`);
      io.say(nextStep(made.next, io, spellAsOther(options.as)));
    });
}

function readGrounds(file: string | undefined, io: Io): string {
  if (file === undefined)
    throw failure(
      EXIT.wrongUse,
      'An appeal needs its grounds.',
      'Give --grounds "…" or --grounds-file FILE.',
    );
  try {
    return readFileSync(file === '-' ? 0 : resolve(io.cwd, file), 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'an error';
    throw failure(EXIT.wrongUse, `${file} can not be read (${code}).`, 'Check the path.');
  }
}
