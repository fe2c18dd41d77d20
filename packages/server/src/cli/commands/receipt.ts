import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { nodeFileSystem } from '../../seams/file-system-node.ts';
import { readPrivateFile } from '../../seams/private-file.ts';
import { reach } from '../ask-admin.ts';
import { checkUrl, DEFAULT_GATE_URL, readRun } from '../connection.ts';
import { EXIT, failure } from '../exits.ts';
import { findDataDir } from '../find-data-dir.ts';
import type { Io } from '../io.ts';
import type { Shell } from '../run-command-line.ts';
import { printable } from '../text.ts';

type Options = {
  readonly gate?: string;
  readonly key?: string;
  readonly out?: string;
  readonly data?: string;
  readonly json?: boolean;
};

const TRIES = 10;

export function receiptCommand({ io }: Shell): Command {
  return new Command('receipt')
    .summary('fetch the receipt of an exchange of yours')
    .description(
      "Fetches the receipt of an exchange from the gate, as the caller who made it, and saves it. The index is in the answer's header x-portcullis-entry.",
    )
    .argument('<index>', 'index of the entry', parseIndex)
    .option(
      '--key <file>',
      'file with your API key, mode 0600 (or PORTCULLIS_API_KEY); a key itself is never an argument',
    )
    .option('--gate <url>', `the gate (or PORTCULLIS_GATE_URL; else ${DEFAULT_GATE_URL})`)
    .option('--out <file>', 'where to save it (receipt-INDEX.json)')
    .option('--data <dir>', 'data directory of a server on this machine, to find its gate by')
    .option('--json', 'print it in place of saving it')
    .addHelpText(
      'after',
      '\nExamples\n  PORTCULLIS_API_KEY=pk_live_… portcullis receipt 1042\n  portcullis receipt 1042 --key my.key --out receipt.json\n  npx portcullis-verify receipt receipt.json --body request.json --trust trust.policy',
    )
    .action(async (index: number, options: Options) => {
      const key = findKey(options, io);
      const run = readRun(await findDataDir(io, options.data));
      const url = checkUrl(
        options.gate ?? io.env['PORTCULLIS_GATE_URL'] ?? run?.gateUrl ?? DEFAULT_GATE_URL,
        io,
      );
      const receipt = await fetchReceipt(url, index, key);
      if (options.json) return io.say(receipt);
      const out = resolve(io.cwd, options.out ?? `receipt-${index}.json`);
      writeFileSync(out, receipt, { mode: 0o600 });
      io.say(`Saved ${out}`);
      io.say(`Check it: npx portcullis-verify receipt ${out} --trust FILE`);
      io.say('FILE has the keys of the ledger; the operator prints them with portcullis ledger vkeys.');
    });
}

function parseIndex(text: string): number {
  if (!/^(?:0|[1-9]\d{0,14})$/.test(text)) throw new InvalidArgumentError('An index is a whole number.');
  return Number(text);
}

function findKey(options: Options, io: Io): string {
  const fromFile =
    options.key === undefined ? undefined : readPrivateFile(nodeFileSystem, resolve(io.cwd, options.key));
  const key =
    (fromFile ?? (options.key === undefined ? io.env['PORTCULLIS_API_KEY'] : undefined))?.trim() ?? '';
  if (key !== '') return key;
  const message =
    options.key === undefined
      ? 'The gate wants to know whose receipt this is.'
      : `There is no key in ${options.key}.`;
  throw failure(EXIT.wrongUse, message, 'Set PORTCULLIS_API_KEY, or give --key FILE (mode 0600).');
}

/** An entry is durable at once and published a little later; until then the gate says so. */
async function fetchReceipt(url: string, index: number, key: string): Promise<string> {
  for (let tries = 1; ; tries++) {
    const answer = await reach(url, `/receipts/${index}`, {
      headers: { authorization: `Bearer ${key}` },
      redirect: 'error',
    });
    const text = await answer.text();
    if (answer.status === 200) return text;
    if (answer.status !== 202 || tries === TRIES)
      throw failure(
        EXIT.refused,
        printable(messageOf(text, answer.status)),
        'Only the account that made the exchange gets its receipt.',
      );
    await sleep(500);
  }
}

function messageOf(text: string, status: number): string {
  try {
    const value = JSON.parse(text) as { error?: { message?: string }; message?: string };
    return value.error?.message ?? value.message ?? `The gate answered ${status}.`;
  } catch {
    return `The gate answered ${status}.`;
  }
}
