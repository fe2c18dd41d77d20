import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  approximateLoss,
  delta,
  epsilon,
  PrivacyError,
  rationalText,
  releaseOnce,
} from '@portcullis/privacy';
import { createEntry } from '@portcullis/record';
import { SUITE_LIMIT, testBudgetLedger } from '@portcullis/privacy/testing';
import { readReservation } from '../projections/budgets-projection.ts';
import { createMemoryLedger, type MemoryLedger } from '../projections/test/memory-ledger.ts';
import { ServerError } from '../server-error.ts';
import { ACCOUNT_MONTH } from './privacy-scope.ts';
import { openBudgetWorld } from './test/budget-world.ts';

testBudgetLedger('on the ledger', async () => {
  const world = openBudgetWorld({ limit: SUITE_LIMIT });
  const opened = [world];
  return {
    ledger: world.budget.as('admin'),
    reopen: async () => {
      const next = openBudgetWorld({
        limit: SUITE_LIMIT,
        ledger: createMemoryLedger(world.ledger.entries.map(({ entry }) => entry)),
      });
      opened.push(next);
      return next.budget.as('admin');
    },
    dispose: async () => opened.forEach((each) => each.close()),
  };
});

const request = (key: string, spend: string) => ({
  ...ACCOUNT_MONTH,
  key,
  loss: approximateLoss(epsilon(spend), delta('1e-7')),
  windows: ['2026-11'],
  purpose: 'A test.',
});
const refused = (code: string) => (error: unknown) => error instanceof PrivacyError && error.code === code;

suite('on the ledger, when it fails', () => {
  /** Every append after `good` ones is recorded or not, and throws either way. */
  const failing = (good: number, recorded: boolean) => (ledger: MemoryLedger) => {
    let left = good;
    return {
      async append(item: Parameters<MemoryLedger['append']>[0]) {
        if (left-- > 0) return ledger.append(item);
        if (recorded) await ledger.append(item);
        throw new ServerError('ledger-refused', 'The ledger’s thread ended.');
      },
    };
  };

  for (const recorded of [true, false])
    test(`a reservation that the ledger ${recorded ? 'has' : 'may have'} counts as spent, and gives no release`, async () => {
      const { budget, close } = openBudgetWorld({ through: failing(0, recorded) });
      const ledger = budget.as('admin');
      await assert.rejects(
        releaseOnce(ledger, request('a', '0.7'), () => assert.fail('was drawn')),
        refused('budget_unavailable'),
      );
      assert.equal(rationalText((await ledger.balance('2026-11')).spent.epsilon), '7/10');
      await assert.rejects(ledger.reserve(request('b', '0.7')), refused('budget_exhausted'));
      await assert.rejects(ledger.reserve(request('a', '0.7')), refused('reservation_conflict'));
      close();
    });

  test('push-back at once records nothing and takes nothing', async () => {
    const { budget, close } = openBudgetWorld({
      through: () => ({
        append: () => Promise.reject(new ServerError('ledger-overloaded', 'Too much waits.')),
      }),
    });
    const ledger = budget.as('admin');
    await assert.rejects(
      releaseOnce(ledger, request('a', '0.7'), () => 'drawn'),
      refused('budget_unavailable'),
    );
    assert.equal(rationalText((await ledger.balance('2026-11')).spent.epsilon), '0');
    close();
  });

  test('a release that was not recorded is not given, and its key takes no other', async () => {
    const { budget, types, store, close } = openBudgetWorld({ through: failing(1, false) });
    const ledger = budget.as('admin');
    await assert.rejects(
      releaseOnce(ledger, request('a', '0.7'), () => 'drawn'),
      refused('budget_unavailable'),
    );
    await assert.rejects(ledger.commit('a', 'drawn again'), refused('reservation_conflict'));
    assert.deepEqual(types(), ['budget.reserved']);
    assert.equal(readReservation(store.db, 'a')?.spentIndex, null);
    close();
  });

  test('a release that was recorded after all is the release', async () => {
    const { budget, types, close } = openBudgetWorld({ through: failing(1, true) });
    const ledger = budget.as('admin');
    await assert.rejects(
      releaseOnce(ledger, request('a', '0.7'), () => 'drawn'),
      refused('budget_unavailable'),
    );
    assert.deepEqual(types(), ['budget.reserved', 'budget.spent']);
    await new Promise((done) => setImmediate(done));
    assert.equal(
      await releaseOnce(ledger, request('a', '0.7'), () => assert.fail('was drawn again')),
      'drawn',
    );
    assert.equal(await budget.settle('a'), 0);
    assert.deepEqual(types(), ['budget.reserved', 'budget.spent']);
    close();
  });

  test('an end that is on the ledger before the projections have it is not ended a second time', async () => {
    const ledger = createMemoryLedger();
    const behind = { isOn: false, waiting: [] as (() => void)[] };
    const world = openBudgetWorld({
      ledger: {
        ...ledger,
        get entries() {
          return ledger.entries;
        },
        follow: (from, onBatch) =>
          ledger.follow(from, (batch) =>
            behind.isOn ? behind.waiting.push(() => onBatch(batch)) : onBatch(batch),
          ),
      },
      reachTimeoutMs: 50,
    });
    await world.budget.as('admin').reserve(request('a', '0.7'));
    behind.isOn = true;
    await assert.rejects(world.budget.as('admin').commit('a', 'drawn'));
    await assert.rejects(world.budget.settle('a'), { code: 'ledger-overloaded' });
    behind.isOn = false;
    for (const project of behind.waiting) project();
    assert.equal(await world.budget.settle('a'), 0);
    assert.deepEqual(world.types(), ['budget.reserved', 'budget.spent']);
    assert.equal(readReservation(world.store.db, 'a')?.release, 'drawn');
    world.close();
  });

  test('an entry that the projections do not have yet counts', async () => {
    const ledger = createMemoryLedger();
    const world = openBudgetWorld({
      ledger: {
        ...ledger,
        get entries() {
          return ledger.entries;
        },
        follow: () => () => {},
      },
      reachTimeoutMs: 10,
    });
    const budget = world.budget.as('admin');
    await assert.rejects(
      releaseOnce(budget, request('a', '0.7'), () => assert.fail('was drawn')),
      refused('budget_unavailable'),
    );
    await assert.rejects(budget.reserve(request('b', '0.7')), refused('budget_exhausted'));
    world.close();
  });
});

test('what a crash cut off is settled at start: spent, without a release, once', async () => {
  const first = openBudgetWorld();
  await first.budget.as('admin').reserve(request('a', '0.7'));
  first.close();
  const second = openBudgetWorld({ ledger: first.ledger });
  assert.equal(await second.budget.settle(), 1);
  assert.equal(await second.budget.settle(), 0);
  assert.deepEqual(second.types(), ['budget.reserved', 'budget.spent']);
  const found = readReservation(second.store.db, 'a');
  assert.ok(found?.spentIndex === 1 && found.release === null && found.releaseSha256 === null);
  await assert.rejects(second.budget.as('admin').commit('a', 'late'), refused('reservation_conflict'));
  await assert.rejects(second.budget.as('admin').reserve(request('b', '0.7')), refused('budget_exhausted'));
  second.close();
});

test('the first end of a reservation stays its end', async () => {
  const { ledger, store, budget, close } = openBudgetWorld();
  await budget.as('admin').reserve(request('a', '0.7'));
  await budget.settle();
  const body = {
    reservation: 'a',
    epsilon: '7/10',
    delta: '1/10000000',
    release: 'late',
    release_sha256: 'ab'.repeat(32),
  };
  const { index } = await ledger.append({ entry: createEntry('budget.spent', 0, body) });
  await store.reached(index);
  assert.equal(readReservation(store.db, 'a')?.release, null);
  close();
});

test('who reserves and what every month may lose stand in the entry', async () => {
  const { ledger, budget, close } = openBudgetWorld();
  await budget.as('rhea').reserve(request('a', '0.5'));
  const { entry } = ledger.entries[0] ?? assert.fail();
  assert.ok(entry.type === 'budget.reserved');
  assert.deepEqual(
    [entry.by, entry.epsilon, entry.limit, entry.windows, entry.unit, entry.adjacency],
    ['rhea', '1/2', { epsilon: '1', delta: '1/100000' }, ['2026-11'], 'account-month', 'add-remove'],
  );
  close();
});
