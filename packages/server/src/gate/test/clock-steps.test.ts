import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBudgetClock } from '../budget-clock.ts';
import { createBudgetMemory } from '../budgets.ts';
import { KEY, startTestGate } from './test-gate.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** A clock that a test moves: `pass` lets time pass, `step` sets the clock only. */
function createTestClock() {
  let passedMs = 0;
  let offsetMs = Date.UTC(2026, 4, 5, 12, 0, 10);
  return {
    clock: { now: () => offsetMs + passedMs, monotonic: () => 1000 + passedMs },
    pass: (ms: number) => void (passedMs += ms),
    step: (ms: number) => void (offsetMs += ms),
  };
}

test('the budget clock goes forward with the system, never back, never stands still, and is one for all threads', () => {
  const { clock, pass, step } = createTestClock();
  const memory = createBudgetMemory(1);
  const [one, other] = [createBudgetClock(memory, clock), createBudgetClock(memory, clock)];
  const start = one();
  assert.equal(start, clock.now());
  step(-DAY_MS);
  assert.equal(one(), start);
  pass(5);
  assert.equal(other(), start + 5);
  step(2 * DAY_MS);
  assert.equal(other(), clock.now());
  step(-DAY_MS);
  pass(1);
  // A thread that starts only now goes by the same time.
  assert.equal(createBudgetClock(memory, clock)(), start + DAY_MS + 6);
});

test('a clock that steps neither frees a budget early nor locks it up', async (t) => {
  const { clock, pass, step } = createTestClock();
  const gate = await startTestGate({
    ports: { clock },
    config: { limits: { requestsPerMinute: 2, tokensPerDay: 1_000_000 } },
  });
  t.after(() => gate.close());
  const ask = async () => {
    const answer = await fetch(`${gate.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'practice-small', messages: [{ role: 'user', content: 'hello' }] }),
    });
    await answer.arrayBuffer();
    if (answer.status === 429) assert.ok(Number(answer.headers.get('retry-after')) <= 60);
    return answer.status;
  };
  assert.deepEqual([await ask(), await ask(), await ask()], [200, 200, 429]);
  step(-5 * MINUTE_MS);
  assert.equal(await ask(), 429, 'back: what was used stays used');
  step(-DAY_MS);
  assert.equal(await ask(), 429);
  pass(MINUTE_MS);
  assert.deepEqual([await ask(), await ask(), await ask()], [200, 200, 429], 'and a minute later it is free');
  // Forward as far as it was before: nothing that was given out once is given out again.
  step(DAY_MS + 5 * MINUTE_MS);
  assert.equal(await ask(), 429);
  // Further forward than ever: time that has passed for all we know.
  step(DAY_MS);
  assert.deepEqual([await ask(), await ask(), await ask()], [200, 200, 429]);
  step(-DAY_MS);
  assert.equal(await ask(), 429);
  pass(MINUTE_MS);
  assert.equal(await ask(), 200);
});
