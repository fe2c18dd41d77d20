import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { LIMIT_MAX } from '../../accounts/account.ts';
import { createBudgetMemory, createBudgets, type OverBudget, type Reservation } from '../budgets.ts';

const NOON = Date.UTC(2026, 2, 1, 12, 0, 30);
const isOver = (result: Reservation | OverBudget): result is OverBudget => 'budget' in result;

function reserved(result: Reservation | OverBudget): Reservation {
  assert.ok(!isOver(result), JSON.stringify(result));
  return result;
}

describe('budgets', () => {
  it('names the limit, its window’s end and what is left, and takes nothing then', () => {
    const budgets = createBudgets(createBudgetMemory(2));
    const limits = { requestsPerMinute: 10, tokensPerMinute: 100, tokensPerDay: 1_000 };
    reserved(budgets.reserve(1, limits, 70, NOON));
    const over = budgets.reserve(1, limits, 31, NOON);
    assert.deepEqual(over, {
      budget: 'tokens-minute',
      limit: 100,
      left: 30,
      asked: 31,
      retryAfterSeconds: 30,
    });
    assert.deepEqual(
      budgets.left(1, limits, NOON).map(({ left }) => left),
      [9, 30, 930],
    );
    assert.deepEqual(
      budgets.left(0, limits, NOON).map(({ left }) => left),
      [10, 100, 1_000],
      'another account is not touched',
    );
  });

  it('a limit of zero lets nothing through, no limit everything', () => {
    const budgets = createBudgets(createBudgetMemory(1));
    assert.ok(isOver(budgets.reserve(0, { requestsPerMinute: 0 }, 0, NOON)));
    reserved(budgets.reserve(0, {}, 1e9, NOON));
  });

  it('settles: gives back in its window, charges beyond a limit, and in a later window only what was too little', () => {
    const budgets = createBudgets(createBudgetMemory(1));
    const limits = { tokensPerMinute: 100, tokensPerDay: 10_000 };
    const left = (timeMs: number) => budgets.left(0, limits, timeMs).map((state) => state.left);
    const first = reserved(budgets.reserve(0, limits, 80, NOON));
    budgets.settle(first, 10, NOON);
    assert.deepEqual(left(NOON), [90, 9_990]);
    const second = reserved(budgets.reserve(0, limits, 20, NOON));
    budgets.settle(second, 500, NOON);
    assert.deepEqual(left(NOON), [0, 9_490]);
    const next = NOON + 60_000;
    const later = next + 60_000;
    const third = reserved(budgets.reserve(0, limits, 50, next));
    const fourth = reserved(budgets.reserve(0, limits, 10, next));
    budgets.settle(third, 10, later);
    assert.deepEqual(left(later), [100, 9_470], 'a passed window gets nothing back, the day does');
    budgets.settle(fourth, 40, later);
    assert.deepEqual(left(later), [70, 9_440]);
  });

  it('turns at the clock’s minute and at UTC midnight', () => {
    const budgets = createBudgets(createBudgetMemory(1));
    const limits = { requestsPerMinute: 1, tokensPerDay: 10 };
    reserved(budgets.reserve(0, limits, 10, NOON));
    assert.ok(isOver(budgets.reserve(0, limits, 0, NOON + 29_999)));
    const day = budgets.reserve(0, limits, 1, NOON + 30_000);
    assert.equal(isOver(day) && day.budget, 'tokens-day');
    reserved(budgets.reserve(0, limits, 10, Date.UTC(2026, 2, 2)));
  });

  it('starts from what the ledger shows for today', () => {
    const budgets = createBudgets(createBudgetMemory(1));
    budgets.seed(0, 999, NOON);
    const over = budgets.reserve(0, { tokensPerDay: 1_000 }, 2, NOON);
    assert.equal(isOver(over) && over.left, 1);
  });

  it('enforces the largest limit, and a larger one of an older ledger as that; no limit is none', () => {
    for (const tokensPerDay of [LIMIT_MAX, 1e15]) {
      const budgets = createBudgets(createBudgetMemory(1));
      reserved(budgets.reserve(0, { tokensPerDay }, LIMIT_MAX, NOON));
      const over = budgets.reserve(0, { tokensPerDay }, 1, NOON);
      assert.deepEqual(isOver(over) && [over.limit, over.left], [LIMIT_MAX, 0]);
      reserved(budgets.reserve(0, {}, 1, NOON));
    }
  });

  it('counts beyond 32 bits', () => {
    const budgets = createBudgets(createBudgetMemory(1));
    reserved(budgets.reserve(0, {}, 2 ** 33, NOON));
    const [state] = budgets.left(0, { tokensPerDay: 2 ** 34 }, NOON);
    assert.equal(state?.left, 2 ** 33);
  });

  it('never lets more through than a limit, whatever is asked in whatever order', () => {
    const step = fc.record({ tokens: fc.nat(40), used: fc.nat(40), wait: fc.nat(20_000) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const budgets = createBudgets(createBudgetMemory(1));
        const limits = { requestsPerMinute: 5, tokensPerMinute: 60, tokensPerDay: 200 };
        const taken = new Map<string, number>();
        let now = NOON;
        for (const { tokens, used, wait } of steps) {
          now += wait;
          const got = budgets.reserve(0, limits, tokens, now);
          if (isOver(got)) continue;
          budgets.settle(got, Math.min(used, tokens), now);
          for (const [name, amount, limit] of [
            [`r${Math.floor(now / 60_000)}`, 1, 5],
            [`t${Math.floor(now / 60_000)}`, Math.min(used, tokens), 60],
            [`d${Math.floor(now / 86_400_000)}`, Math.min(used, tokens), 200],
          ] as const) {
            taken.set(name, (taken.get(name) ?? 0) + amount);
            assert.ok((taken.get(name) ?? 0) <= limit, name);
          }
        }
      }),
    );
  });

  it('can not be overrun by threads that reserve at once', async () => {
    const memory = createBudgetMemory(1);
    const limits = { requestsPerMinute: 30_000, tokensPerMinute: 150_000, tokensPerDay: 2 ** 33 };
    const workerData = { memory, tries: 40_000, limits, timeMs: NOON };
    const results = await Promise.all(
      Array.from({ length: 3 }, () => {
        const worker = new Worker(new URL('./budget-worker.ts', import.meta.url), { workerData });
        return new Promise<{ requests: number; tokens: number }>((resolve, reject) => {
          worker.once('message', resolve);
          worker.once('error', reject);
        });
      }),
    );
    const requests = results.reduce((sum, each) => sum + each.requests, 0);
    const tokens = results.reduce((sum, each) => sum + each.tokens, 0);
    assert.ok(requests <= limits.requestsPerMinute && tokens <= limits.tokensPerMinute);
    assert.ok(tokens > limits.tokensPerMinute - 14, `only ${tokens} tokens of the limit were given out`);
    const left = createBudgets(memory).left(0, limits, NOON);
    assert.deepEqual(
      left.map((state) => state.left),
      [limits.requestsPerMinute - requests, limits.tokensPerMinute - tokens, limits.tokensPerDay - tokens],
      'no count was lost or made twice',
    );
  });
});
