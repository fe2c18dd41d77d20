// `npm run faults`: the whole gate under load while its ledger's thread is killed, its disk is full, its upstream dies, its clock steps and its settings are
// reloaded, round after round. test/gate-faults.test.ts runs a few; this runs as many as are asked for.
import { parseArgs } from 'node:util';
import { runRounds } from './rounds.ts';

const HELP = `npm run faults -- [--rounds 20] [--seed N] [--no-disk]

  --rounds N   each meets every fault once, in an order that the seed gives
  --seed N     repeats that order
  --no-disk    mount no disk in memory; a full one is made of calls that fail

Exit status: 0 where all held, 1 where something did not, 2 for wrong use.
Example: npm run faults -- --rounds 5
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '20' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      'no-disk': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [rounds, seed] = [Number(values.rounds), Number(values.seed)];
  const wrong = !(Number.isSafeInteger(rounds) && rounds > 0 && Number.isSafeInteger(seed));
  if (values.help || wrong) {
    process.stdout.write(HELP);
    return values.help ? 0 : 2;
  }
  process.stdout.write(`${rounds} rounds, seed ${seed}\n`);
  const tell = (what: string): void => void process.stdout.write(`${what}\n`);
  try {
    await runRounds({ rounds, seed, noDisk: values['no-disk'], tell });
    process.stdout.write('All of it held.\n');
    return 0;
  } catch (error) {
    process.stdout.write(`FAIL  ${(error as Error).message}\n`);
    return 1;
  }
}

process.exitCode = await main();
