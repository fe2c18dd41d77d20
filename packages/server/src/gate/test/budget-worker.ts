import { parentPort, workerData } from 'node:worker_threads';
import { createBudgets } from '../budgets.ts';

// Reserves and settles as fast as it can; tells how many requests and tokens it got.
const { memory, tries, limits, timeMs } = workerData as {
  memory: SharedArrayBuffer;
  tries: number;
  limits: { requestsPerMinute: number; tokensPerMinute: number; tokensPerDay: number };
  timeMs: number;
};
const budgets = createBudgets(memory);
let requests = 0;
let tokens = 0;
for (let i = 0; i < tries; i++) {
  const asked = 1 + ((i * 7) % 13);
  const got = budgets.reserve(0, limits, asked, timeMs);
  if ('budget' in got) continue;
  const used = asked - (i % 2 === 0 ? 1 : 0);
  budgets.settle(got, used, timeMs);
  requests++;
  tokens += used;
}
parentPort?.postMessage({ requests, tokens });
