import assert from 'node:assert/strict';
import { test } from 'node:test';
import { liveBytes } from '../../test/live-bytes.ts';
import { ask } from './callers.ts';
import { openWorld, type ServerWorld } from './server-world.ts';

// That nothing of an exchange stays behind. The soak (npm run soak) looks for an hour; this looks at what is left after a garbage collection.

const ROUND = 160;
const PROMPT_BYTES = 65_536;
/**
 * Compiled code comes and goes by about a megabyte, and memory of messages is given back late. Exchanges that kept their prompts would leave ten
 * megabytes in each gate and twenty in the ledger's thread.
 */
const GROWTH_BYTES_MAX = { gate: 5_000_000, ledger: 12_000_000 };

async function exchanges(world: ServerWorld, count: number): Promise<void> {
  let left = count;
  const call = async (caller: number): Promise<void> => {
    for (let n = caller; left-- > 0; n++) {
      const shape = n % 2 === 0 ? 'openai' : 'anthropic';
      const seen = await ask(world.server.gateUrl, world.key, {
        shape,
        stream: n % 4 < 2,
        broken: n % 16 === 3,
        promptBytes: PROMPT_BYTES,
      });
      assert.ok(seen.status === 200 || seen.broken, `${seen.status} ${seen.code}`);
    }
  };
  await Promise.all(Array.from({ length: 16 }, (_, i) => call(i)));
}

test('memory of the gates and of the ledger is flat over many exchanges', async (t) => {
  const world = await openWorld({ settings: 'limits: { requestsPerMinute: null, tokensPerMinute: null }' });
  t.after(() => world.close());
  const live = async (): Promise<number[]> => {
    const threads = [...world.threads('gate'), ...world.threads('ledger')];
    return Promise.all(threads.map(liveBytes));
  };
  await exchanges(world, ROUND);
  const before = await live();
  assert.equal(before.length, 3);
  await exchanges(world, 2 * ROUND);
  const after = await live();

  for (const [i, bytes] of after.entries()) {
    const growth = bytes - (before[i] as number);
    const most = GROWTH_BYTES_MAX[i < 2 ? 'gate' : 'ledger'];
    assert.ok(growth < most, `thread ${i} holds ${growth} bytes more`);
  }
  const metrics = await (await fetch(`${world.server.gateUrl}/metrics`)).text();
  for (const name of [
    'exchanges_running',
    'request_bodies_bytes',
    'kept_responses_bytes',
    'completions_waiting',
  ])
    assert.match(metrics, new RegExp(`^portcullis_${name} 0$`, 'm'));
  assert.match(
    metrics,
    /^portcullis_event_loop_delay_seconds\{thread="gate-\d+",quantile="0\.99"\} [\d.e-]+$/m,
  );
  assert.match(metrics, /^portcullis_heap_used_bytes\{thread="ledger-\d+"\} \d+$/m);
  assert.match(metrics, /^portcullis_ledger_taking_entries 1$/m);
  assert.ok(Number(/^process_resident_memory_bytes (\d+)$/m.exec(metrics)?.[1]) > 2 ** 25);
});
