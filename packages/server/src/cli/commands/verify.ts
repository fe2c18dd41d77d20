import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { EXIT, failure } from '../exits.ts';
import type { Shell } from '../run-command-line.ts';

export function verifyCommand({ io, exit }: Shell): Command {
  return new Command('verify')
    .summary('judge a bundle, for the operator')
    .description(
      'Judges a bundle with the verifier that is installed here, for the operator to look before handing it on. A stranger should not take our word for it: they install the package @portcullis/verify themselves and run portcullis-verify.',
    )
    .argument('<bundle>', 'the folder that portcullis export wrote')
    .requiredOption('--trust <file>', 'tlog-policy with the keys you trust: portcullis ledger vkeys')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples\n  portcullis ledger vkeys > trust.policy\n  portcullis verify portcullis-data/bundles/case-1.bundle-1f3a --trust trust.policy\n\nExit status: 0 verified (also when unwitnessed), 1 failed, 2 wrong use.',
    )
    .action(async (bundle: string, options: { json?: boolean; trust: string }) => {
      const { formatJudgement, readFolder, readTrust, verifyBundle, VerifyError } = await import(
        '@portcullis/verify'
      );
      const judge = () => {
        try {
          return verifyBundle(
            readFolder(resolve(io.cwd, bundle)),
            readTrust(readFileSync(resolve(io.cwd, options.trust))),
          );
        } catch (error) {
          const isKnown = error instanceof VerifyError || (error as NodeJS.ErrnoException).code === 'ENOENT';
          if (!isKnown) throw error;
          throw failure(
            EXIT.wrongUse,
            error instanceof VerifyError
              ? error.message
              : `There is no ${(error as NodeJS.ErrnoException).path}.`,
            'Name the folder of one bundle, and a trust policy.',
          );
        }
      };
      const judgement = judge();
      if (options.json) io.json(judgement);
      else io.say(formatJudgement(judgement).trimEnd());
      io.note('A stranger should judge it with their own copy: npx portcullis-verify BUNDLE --trust FILE');
      if (judgement.verdict === 'failed') exit(EXIT.refused);
    });
}
