import { parseArgs } from 'node:util';
import { concludeChecks, formatJudgement, type Judgement, type Verdict } from './verdict.ts';
import { createCheckRun } from './check-run.ts';
import { BODY_BYTES_MAX, FILE_BYTES_MAX, RECEIPT_BYTES_MAX, TRUST_BYTES_MAX } from './limits.ts';
import { compareEvidence } from './compare-evidence.ts';
import { readEvidence } from './read-evidence.ts';
import { createFileReader, readFolder, readInput, requireFolder } from './read-folder.ts';
import { readTrust } from './trust.ts';
import { verifyBundle } from './verify-bundle.ts';
import { VerifyError } from './verify-error.ts';
import { verifyLedger } from './verify-ledger.ts';
import { verifyReceipt } from './verify-receipt.ts';

export const HELP = `portcullis-verify judges Portcullis evidence offline. It reads files, writes none and uses no network.

  portcullis-verify BUNDLE --trust FILE                       judge an exported case
  portcullis-verify receipt FILE --trust FILE [--body FILE]   judge a receipt, and the body it is about
  portcullis-verify ledger DIR --trust FILE                   make a ledger again from its entries and compare
  portcullis-verify compare ONE OTHER --trust FILE            were two readers shown one history? Each is a bundle, the
                                                              folder of a ledger, a receipt or a checkpoint

  --trust FILE   a c2sp.org/tlog-policy with the keys you trust; get it another way than with the evidence
  --handovers FILE
                 the ledger's handovers.jsonl, where its keys were changed since those you trust and the evidence does not
                 bring it along (a receipt never does)
  --body FILE    the exact bytes that were sent (or that came back, for the receipt of an answer)
  --json         print an object instead of lines
  --help, --version

Examples
  portcullis-verify case-7.bundle --trust operator.policy
  portcullis-verify receipt receipt.json --body request.json --trust operator.policy
  portcullis-verify ledger portcullis-data/ledger --trust operator.policy --json
  portcullis-verify compare receipt.json case-7.bundle --trust operator.policy

Exit codes: 0 verified (also when unwitnessed) or consistent; 1 failed, split view or not comparable; 2 wrong use.
`;

export type Outcome = { readonly exitCode: 0 | 1 | 2; readonly stdout: string; readonly stderr: string };

const SOUND: ReadonlySet<Verdict> = new Set(['verified', 'verified, unwitnessed', 'consistent']);

/** Runs one command. Never throws. */
export function runCommand(args: readonly string[], version: string): Outcome {
  try {
    const { values, positionals } = parseCommand(args);
    if (values.help) return { exitCode: 0, stdout: HELP, stderr: '' };
    if (values.version) return { exitCode: 0, stdout: `${version}\n`, stderr: '' };
    const judgement = judge(positionals, values);
    const stdout = values.json ? `${JSON.stringify(judgement, null, 2)}\n` : formatJudgement(judgement);
    return { exitCode: SOUND.has(judgement.verdict) ? 0 : 1, stdout, stderr: '' };
  } catch (error) {
    const message = error instanceof VerifyError ? error.message : `It stopped: ${(error as Error).message}`;
    return { exitCode: 2, stdout: '', stderr: `${message}\nSee portcullis-verify --help.\n` };
  }
}

function parseCommand(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        trust: { type: 'string' },
        body: { type: 'string' },
        handovers: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
        version: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new VerifyError('usage', (error as Error).message);
  }
}

type Options = {
  readonly trust?: string | undefined;
  readonly body?: string | undefined;
  readonly handovers?: string | undefined;
};

const NAMED = ['receipt', 'ledger', 'compare'] as const;

function judge(positionals: readonly string[], options: Options): Judgement {
  const named = positionals.length > 1 ? NAMED.find((name) => name === positionals[0]) : undefined;
  const paths = named === undefined ? positionals : positionals.slice(1);
  const [path, ...more] = paths;
  if (path === undefined || more.length !== (named === 'compare' ? 1 : 0))
    throw new VerifyError(
      'usage',
      named === 'compare' ? 'Name two to compare.' : 'Name one bundle, receipt or ledger.',
    );
  if (options.trust === undefined) throw new VerifyError('usage', 'Say whom you trust: --trust FILE.');
  if (options.body !== undefined && named !== 'receipt')
    throw new VerifyError('usage', '--body goes with a receipt.');
  const trust = readTrust(readInput(options.trust, TRUST_BYTES_MAX));
  const handovers =
    options.handovers === undefined ? undefined : readInput(options.handovers, FILE_BYTES_MAX);
  if (named === 'compare')
    return compareEvidence(readEvidence(path), readEvidence(more[0] as string), trust, handovers);
  if (named === 'receipt') {
    const body = options.body === undefined ? undefined : readInput(options.body, BODY_BYTES_MAX);
    return verifyReceipt(readInput(path, RECEIPT_BYTES_MAX), trust, body, handovers);
  }
  requireFolder(path);
  if (named === 'ledger') return verifyLedger(createFileReader(path), trust, handovers);
  const run = createCheckRun();
  const files = run.judge('files', () => ({ value: readFolder(path), sentence: '' }));
  return files === undefined ? concludeChecks(run.checks) : verifyBundle(files, trust, Date.now(), handovers);
}
