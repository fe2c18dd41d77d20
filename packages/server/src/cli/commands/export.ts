import { Command, Option } from 'commander';
import { idPart, openAdmin } from '../ask-admin.ts';
import { withConnection } from '../connection.ts';
import type { Shell } from '../run-command-line.ts';
import { spellAs } from '../text.ts';

type Options = {
  readonly requester: string;
  readonly purpose: string;
  readonly legalBasis: string;
  readonly disclose?: string;
  readonly complete?: boolean;
  readonly notComplete?: boolean;
  readonly json?: boolean;
};
type Exported = {
  readonly dir: string;
  readonly bundle: string;
  readonly manifestSha256: string;
  readonly files: number;
};

export function exportCommand({ io }: Shell): Command {
  return withConnection(new Command('export'))
    .summary('write the evidence of a case as a bundle')
    .description(
      'Writes the evidence of a case as a bundle that verifies offline. The server writes it, below its data directory. Who asked, for what and on which basis stands in the bundle and on the ledger.',
    )
    .argument('<case>')
    .requiredOption('--requester <text>', 'who asked for it')
    .requiredOption('--purpose <text>', 'what it is for')
    .requiredOption('--legal-basis <text>', 'on which basis it may be given')
    .addOption(
      new Option(
        '--disclose <what>',
        'content to open: what signals cite and the accused said, everything, nothing',
      ).choices(['examples', 'all', 'none']),
    )
    .addOption(
      new Option('--complete', 'put in every entry of the period, however many').conflicts('notComplete'),
    )
    .option('--not-complete', 'only the entries of the case; the bundle then says "not shown complete"')
    .addHelpText(
      'after',
      '\nExamples\n  portcullis export case-1 --requester "District court" --purpose "Case 12 O 34/26" --legal-basis "court order"\n  portcullis export case-1 --requester me --purpose review --legal-basis "own interest" --disclose none',
    )
    .action(async (caseId: string, options: Options, command: Command) => {
      const admin = await openAdmin(command, io);
      io.progress('The server writes the bundle; a large ledger takes a while …');
      const made = await admin.send<Exported>('POST', `/v1/cases/${idPart(caseId, 'a case')}/export`, {
        requester: options.requester,
        purpose: options.purpose,
        legalBasis: options.legalBasis,
        ...(options.disclose === undefined ? {} : { disclose: options.disclose }),
        ...(options.complete === true ? { complete: true } : {}),
        ...(options.notComplete === true ? { complete: false } : {}),
      });
      io.progress('');
      if (options.json) return io.json(made);
      io.say(`${io.style.bold('Bundle')} ${made.bundle}: ${made.files} files in ${made.dir}`);
      io.say(`  SHA-256 of manifest.dsse.json, also on the ledger: ${made.manifestSha256}`);
      io.say('\nRead report.md in it first. To check it as a stranger would:');
      io.say(`  ${io.program} ledger vkeys${spellAs(command.opts<{ as?: string }>().as)} > trust.policy`);
      io.say(`  npx portcullis-verify ${made.dir} --trust trust.policy`);
    });
}
