/**
 * Exchanges a second and core through the hunt, bytes of state an account, and how both grow with the number of accounts.
 * `node --conditions=portcullis-source bench/detection/speed.ts [--max 1000000] [--per-account 3]`
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { createHunt, type Traffic } from '@portcullis/detection';
import { createExchange } from '../../packages/detection/test/create-exchange.ts';
import { createSeededRandom } from '../../packages/detection/test/seeded-random.ts';
import { markdownTable } from '../harness/markdown.ts';
import { drawZipf } from './scenario/draw.ts';

const { values } = parseArgs({
  options: {
    max: { type: 'string', default: '1000000' },
    'per-account': { type: 'string', default: '3' },
    accounts: { type: 'string' },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  console.log('Usage: speed.ts [--max ACCOUNTS] [--per-account EXCHANGES]');
  process.exit(0);
}

const CALIBRATION = 2000;
const WORDS = 20_000;

type Measured = {
  accounts: number;
  exchanges: number;
  perSecond: number;
  stateBytes: number;
  concludeS: number;
};

/** Prompts of 12 to 60 words of a Zipf vocabulary: no two alike, as many words in common as text has. */
function* synthesize(prefix: string, accounts: number, perAccount: number, seed: number): Generator<Traffic> {
  const random = createSeededRandom(seed);
  const words = Array.from({ length: WORDS }, (_, i) => (i * 7919 + 12_345).toString(36));
  for (let ref = 0; ref < accounts * perAccount; ref++) {
    const prompt = Array.from({ length: 12 + random.below(49) }, () => words[drawZipf(WORDS, random)]).join(
      ' ',
    );
    yield createExchange({
      time: 1_767_225_600 + ref * 0.5,
      account: `${prefix}-${ref % accounts}`,
      prompt,
      ref,
    });
  }
}

function stateBytes(): number {
  // Buffers that one collection lets go are counted until the next.
  for (let i = 0; i < 3; i++) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Prompts are made in batches outside the clock, so that only the hunt is timed and memory stays flat. */
function measure(accounts: number, perAccount: number): Measured {
  const hunt = createHunt({ alpha: 0.01, seed: 1 });
  for (const exchange of synthesize('c', CALIBRATION, perAccount, 1)) hunt.observeBenign(exchange);
  const before = stateBytes();
  let elapsedMs = 0;
  let batch: Traffic[] = [];
  const flush = (): void => {
    const started = performance.now();
    for (const exchange of batch) hunt.observeTraffic(exchange);
    elapsedMs += performance.now() - started;
    batch = [];
  };
  for (const exchange of synthesize('a', accounts, perAccount, 2)) if (batch.push(exchange) === 5000) flush();
  flush();
  const bytes = (stateBytes() - before) / accounts;
  const started = performance.now();
  const { accounts: judged } = hunt.conclude();
  const concludeS = (performance.now() - started) / 1000;
  const exchanges = accounts * perAccount;
  return {
    accounts: judged.length,
    exchanges,
    perSecond: exchanges / (elapsedMs / 1000),
    stateBytes: bytes,
    concludeS,
  };
}

/** Each size in a process of its own, so that one's garbage is not another's. */
function measureApart(accounts: number): Measured {
  const flags = [
    '--expose-gc',
    '--max-old-space-size=3500',
    '--conditions=portcullis-source',
    '--disable-warning=ExperimentalWarning',
  ];
  const args = [import.meta.filename, '--accounts', String(accounts), '--per-account', values['per-account']];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`With ${accounts} accounts: ${stderr.trim().split('\n').at(-1)}`);
  return JSON.parse(stdout) as Measured;
}

if (values.accounts !== undefined) {
  console.log(JSON.stringify(measure(Number(values.accounts), Number(values['per-account']))));
} else {
  const rows: string[][] = [];
  for (let accounts = 1000; accounts <= Number(values.max); accounts *= 10) {
    const { exchanges, perSecond, stateBytes: bytes, concludeS } = measureApart(accounts);
    process.stderr.write(`${accounts} accounts: ${Math.round(perSecond)} exchanges a second\n`);
    rows.push([
      String(accounts),
      String(exchanges),
      String(Math.round(perSecond)),
      String(Math.round(bytes)),
      concludeS.toFixed(1),
    ]);
  }
  console.log(
    markdownTable(['accounts', 'exchanges', 'exchanges a second', 'bytes an account', 'conclude, s'], rows),
  );
}
