import { test } from 'node:test';
import { runRounds } from './faults/rounds.ts';

const ROUNDS = 2;
const SEED = 20_260_101;

// What must hold stands in rounds.ts; `npm run faults` runs as many rounds as are asked for.
test('the gate under load while everything it rests on fails, one after the other, recovers by itself and has lost nothing', async (t) => {
  await runRounds({ rounds: ROUNDS, seed: SEED, tell: (what) => t.diagnostic(what) });
});
