import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PrivacyError, type PrivacyErrorCode } from '../privacy-error.ts';
import { privacyUnit } from '../units/adjacency.ts';
import { delta, epsilon } from '../units/parameters.ts';
import { rationalText } from '../units/rational.ts';
import type { BudgetLedger, BudgetRequest } from './budget-ledger.ts';
import type { Scope } from './filter.ts';
import { approximateLoss } from './loss.ts';

export const SUITE_SCOPE: Scope<'add-remove', 'account-month'> = {
  adjacency: 'add-remove',
  unit: privacyUnit('account-month', 'All that was recorded of one account in one month.'),
};
/** Of every window. */
export const SUITE_LIMIT = approximateLoss(epsilon(1), delta('1e-5'));

type SuiteLedger = BudgetLedger<'add-remove', 'account-month', 'approximate'>;
/** Windows of the suite are calendar months such as `2026-11`; the one after begins with its first day. */
export type OpenedBudgetLedger = {
  readonly ledger: SuiteLedger;
  /** The same budget as a program finds it that was killed and started again; left out where it does not survive that. */
  readonly reopen?: () => Promise<SuiteLedger>;
  readonly dispose?: () => Promise<void>;
};

const refused = (code: PrivacyErrorCode, message?: RegExp) => (error: unknown) =>
  error instanceof PrivacyError && error.code === code && (message?.test(error.message) ?? true);

const ask = (
  key: string,
  spend: string,
  windows: readonly string[] = ['2026-11'],
  deltaSpend = '1e-7',
): BudgetRequest<'add-remove', 'account-month', 'approximate'> => ({
  ...SUITE_SCOPE,
  key,
  loss: approximateLoss(epsilon(spend), delta(deltaSpend)),
  windows,
  purpose: 'A test.',
});

type Run = (ledger: SuiteLedger, opened: OpenedBudgetLedger) => Promise<void>;
type WithLedger = (title: string, run: Run) => void;

/** What every budget ledger must do. @param open opens an empty one with {@link SUITE_SCOPE} and {@link SUITE_LIMIT} */
export function testBudgetLedger(name: string, open: () => Promise<OpenedBudgetLedger>): void {
  const withLedger: WithLedger = (title, run) => {
    test(`${name}: ${title}`, async () => {
      const opened = await open();
      try {
        await run(opened.ledger, opened);
      } finally {
        await opened.dispose?.();
      }
    });
  };
  testSpending(withLedger);
  testReleases(withLedger);
}

async function spentIn(ledger: SuiteLedger, window: string): Promise<string> {
  return rationalText((await ledger.balance(window)).spent.epsilon);
}

function testSpending(withLedger: WithLedger): void {
  withLedger(
    'a reservation is spent at once, in every window that it names and in no other',
    async (ledger) => {
      assert.deepEqual(await ledger.reserve(ask('a', '1/4', ['2026-10', '2026-11'])), { state: 'reserved' });
      assert.equal(await spentIn(ledger, '2026-10'), '1/4');
      const { left, limit, nextAt } = await ledger.balance('2026-11');
      assert.equal(rationalText(left.epsilon), '3/4');
      assert.equal(rationalText(left.delta), '99/10000000');
      assert.equal(rationalText(limit.epsilon), '1');
      assert.equal(nextAt?.slice(0, 10), '2026-12-01');
      assert.equal(await spentIn(ledger, '2026-12'), '0');
    },
  );

  withLedger('ten tenths are all of it, and what is over is refused and takes nothing', async (ledger) => {
    for (let i = 0; i < 10; i += 1) await ledger.reserve(ask(`a${i}`, '0.1'));
    const over = refused(
      'budget_exhausted',
      /spent ε = 1, δ = 1\/1000000; asked ε = 1\/1000, .*left ε = 0, δ = 9\/1000000\. .*2026-12-01/,
    );
    await assert.rejects(ledger.reserve(ask('b', '0.001')), over);
    await assert.rejects(ledger.reserve(ask('c', '0.001', ['2026-12', '2026-11'])), over);
    assert.equal(await spentIn(ledger, '2026-11'), '1');
    assert.equal(await spentIn(ledger, '2026-12'), '0');
    assert.deepEqual(await ledger.reserve(ask('c', '1', ['2026-12'])), { state: 'reserved' });
  });

  withLedger('what becomes of a request afterwards gives nothing back', async (ledger) => {
    const windows = ['2026-11'];
    await ledger.reserve(ask('a', '1/2', windows));
    windows.pop();
    assert.equal(await spentIn(ledger, '2026-11'), '1/2');
  });

  withLedger('delta runs out by itself', async (ledger) => {
    await ledger.reserve(ask('a', '0.1', ['2026-11'], '1e-5'));
    await assert.rejects(ledger.reserve(ask('b', '0.1')), refused('budget_exhausted'));
  });
}

function testReleases(withLedger: WithLedger): void {
  withLedger('a release is stored once and found again, and asking again spends nothing', async (ledger) => {
    await ledger.reserve(ask('a', '1/2'));
    await ledger.commit('a', '{"values":[1,-2]}');
    assert.deepEqual(await ledger.reserve(ask('a', '1/2')), {
      state: 'committed',
      release: '{"values":[1,-2]}',
    });
    await assert.rejects(ledger.commit('a', 'another'), refused('reservation_conflict'));
    assert.equal(await spentIn(ledger, '2026-11'), '1/2');
  });

  withLedger('a key without a release gives none, and is for one loss', async (ledger) => {
    await ledger.reserve(ask('a', '1/2'));
    await assert.rejects(ledger.reserve(ask('a', '1/2')), refused('reservation_conflict'));
    await assert.rejects(ledger.reserve(ask('a', '1/4')), refused('reservation_conflict'));
    await ledger.commit('a', 'released');
    await assert.rejects(ledger.reserve(ask('a', '1/4')), refused('reservation_conflict'));
    await assert.rejects(ledger.reserve(ask('a', '1/2', ['2026-12'])), refused('reservation_conflict'));
    await assert.rejects(ledger.commit('b', 'released'), refused('reservation_conflict'));
    assert.equal(await spentIn(ledger, '2026-11'), '1/2');
  });

  withLedger('many at once do not overspend', async (ledger) => {
    const asked = Array.from({ length: 30 }, (_, i) => ledger.reserve(ask(`a${i}`, '0.1')));
    const settled = await Promise.allSettled(asked);
    assert.equal(settled.filter(({ status }) => status === 'fulfilled').length, 10);
    for (const each of settled)
      if (each.status === 'rejected')
        assert.ok(refused('budget_exhausted')(each.reason), String(each.reason));
    assert.equal(await spentIn(ledger, '2026-11'), '1');
  });

  withLedger('one key asked twice at once is reserved once', async (ledger) => {
    const settled = await Promise.allSettled([
      ledger.reserve(ask('a', '0.4')),
      ledger.reserve(ask('a', '0.4')),
    ]);
    assert.equal(settled.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.equal(await spentIn(ledger, '2026-11'), '2/5');
  });

  withLedger(
    'what was reserved and cut off stays spent, and what was stored is found',
    async (ledger, opened) => {
      if (opened.reopen === undefined) return;
      await ledger.reserve(ask('a', '1/2'));
      await ledger.reserve(ask('b', '1/4'));
      await ledger.commit('b', 'released');
      const next = await opened.reopen();
      assert.equal(await spentIn(next, '2026-11'), '3/4');
      await assert.rejects(next.reserve(ask('a', '1/2')), refused('reservation_conflict'));
      await assert.rejects(next.reserve(ask('c', '1/2')), refused('budget_exhausted'));
      assert.deepEqual(await next.reserve(ask('b', '1/4')), { state: 'committed', release: 'released' });
    },
  );
}
