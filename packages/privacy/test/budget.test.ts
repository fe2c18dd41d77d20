import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  addLoss,
  approximateLoss,
  type BudgetLedger,
  createFilter,
  createMemoryBudgetLedger,
  createOdometer,
  delta,
  epsilon,
  type Loss,
  PrivacyError,
  type PrivacyFilter,
  privacyEvent,
  privacyUnit,
  pureLoss,
  purePrice,
  rational,
  rationalText,
  releaseOnce,
  rho,
  toNumberUp,
  zeroConcentratedLoss,
  zeroConcentratedPrice,
} from '../src/index.ts';
import { SUITE_LIMIT, SUITE_SCOPE, testBudgetLedger } from '../src/testing.ts';

const refused = (code: string, message?: RegExp) => (error: unknown) =>
  error instanceof PrivacyError && error.code === code && (message?.test(error.message) ?? true);

const answer = (truth: string) =>
  privacyEvent('add-remove', { kind: 'randomised-response', truth: rational(truth), categories: 2 });

suite('filters and odometers', () => {
  const limit = pureLoss(epsilon(1));

  test('randomised response as OpenDP’s privacy filter has it', () => {
    const filter = createFilter(SUITE_SCOPE, limit, purePrice);
    assert.throws(
      () => filter.take([answer('0.75')]),
      refused(
        'budget_exhausted',
        /Spent ε = 0; asked ε = 1\.098612288668\d+; left ε = 1\. A filter does not/,
      ),
    );
    assert.equal(toNumberUp(filter.spent.epsilon), 0);
    filter.take([answer('0.51')]);
    filter.take([answer('0.51')]);
    assert.ok(Math.abs(toNumberUp(filter.spent.epsilon) - 0.08001066922739841) < 1e-14);
    assert.ok(Math.abs(toNumberUp(filter.left.epsilon) - (1 - 0.08001066922739841)) < 1e-14);
  });

  test('Gaussian noise adds up in its own measure, as a fraction', () => {
    const filter = createFilter(SUITE_SCOPE, zeroConcentratedLoss(rho('1/10')), zeroConcentratedPrice);
    const event = privacyEvent('add-remove', {
      kind: 'discrete-gaussian',
      variance: rational(15),
      l2Squared: rational(1),
      dimensions: 4,
    });
    for (let i = 0; i < 3; i += 1) filter.take([event]);
    assert.equal(rationalText(filter.left.rho), '0');
    assert.throws(() => filter.take([event]), refused('budget_exhausted'));
    assert.throws(() => createFilter(SUITE_SCOPE, limit, purePrice).take([event]), refused('cannot_account'));
  });

  test('an odometer tells the same and refuses nothing', () => {
    const odometer = createOdometer(SUITE_SCOPE, pureLoss(epsilon(0)), purePrice);
    odometer.record([answer('0.51'), answer('0.51')]);
    assert.ok(Math.abs(toNumberUp(odometer.spent.epsilon) - 0.08001066922739841) < 1e-14);
    for (let i = 0; i < 9; i += 1) odometer.record([answer('0.75')]);
    assert.ok(toNumberUp(odometer.spent.epsilon) > 9);
  });

  test('what an accountant refuses takes nothing', () => {
    const filter = createFilter(SUITE_SCOPE, limit, (): Loss<'pure'> => {
      throw new PrivacyError('cannot_account', 'No proof.');
    });
    assert.throws(() => filter.take([answer('0.51')]), refused('cannot_account'));
    assert.equal(toNumberUp(filter.spent.epsilon), 0);
  });

  test('unit, adjacency, measure and kind are types', () => {
    const filter = createFilter(SUITE_SCOPE, limit, purePrice);
    const takes = (given: PrivacyFilter<'add-remove', 'account-month', 'pure'>): string => given.kind;
    assert.equal(takes(filter), 'filter');
    // @ts-expect-error an odometer is no filter
    takes(createOdometer(SUITE_SCOPE, limit, purePrice));
    const unit = privacyUnit('account', 'All that was recorded of one account.');
    // @ts-expect-error another unit
    takes(createFilter({ adjacency: 'add-remove', unit }, limit, purePrice));
    // @ts-expect-error another adjacency than the accountant's
    createFilter({ ...SUITE_SCOPE, adjacency: 'replace-one' }, limit, purePrice);
    // @ts-expect-error another measure
    assert.throws(() => addLoss(limit, zeroConcentratedLoss(rho(1))), refused('bad_parameter'));
  });
});

testBudgetLedger('memory', async () => ({
  ledger: createMemoryBudgetLedger(SUITE_SCOPE, SUITE_LIMIT, (window) => {
    const [year = 0, month = 0] = window.split('-').map(Number);
    return new Date(Date.UTC(year, month)).toISOString();
  }),
}));

suite('release once', () => {
  type Ledger = BudgetLedger<'add-remove', 'account-month', 'approximate'>;
  const request = {
    ...SUITE_SCOPE,
    key: 'a',
    loss: approximateLoss(epsilon('0.7'), delta('1e-6')),
    windows: ['2026-11'],
    purpose: 'A test.',
  };
  const open = (): Ledger => createMemoryBudgetLedger(SUITE_SCOPE, SUITE_LIMIT);

  test('draws after the reservation and gives after the commit; asked again it draws nothing', async () => {
    const steps: string[] = [];
    const inner = open();
    const ledger: Ledger = {
      ...inner,
      reserve: async (asked) => (steps.push('reserve'), inner.reserve(asked)),
      commit: async (key, release) => (steps.push('commit'), inner.commit(key, release)),
    };
    const draw = () => (steps.push('draw'), `drawn ${steps.length}`);
    assert.equal(await releaseOnce(ledger, request, draw), 'drawn 2');
    assert.equal(await releaseOnce(ledger, request, draw), 'drawn 2');
    assert.deepEqual(steps, ['reserve', 'draw', 'commit', 'reserve']);
    await assert.rejects(releaseOnce(ledger, { ...request, key: 'b' }, draw), refused('budget_exhausted'));
    assert.equal(steps.filter((step) => step === 'draw').length, 1);
  });

  const failures: readonly [string, (inner: Ledger) => Partial<Ledger>, number][] = [
    ['reserve throws', () => ({ reserve: () => Promise.reject(new Error('disk')) }), 0],
    ['reserve throws at once', () => ({ reserve: () => assert.fail('disk') }), 0],
    ['reserve says nothing', () => ({ reserve: () => new Promise(() => {}) }), 0],
    ['reserve answers something else', () => ({ reserve: async () => ({}) as never }), 0],
    ['commit throws', () => ({ commit: () => Promise.reject(new Error('disk')) }), 1],
    ['commit says nothing', () => ({ commit: () => new Promise(() => {}) }), 1],
    [
      'commit records and then throws',
      (inner) => ({ commit: async (key, text) => (await inner.commit(key, text), assert.fail('disk')) }),
      1,
    ],
  ];
  for (const [name, fault, drawn] of failures)
    test(`fails closed: ${name}`, async () => {
      const inner = open();
      let draws = 0;
      const released = releaseOnce({ ...inner, ...fault(inner) }, request, () => `drawn ${draws++}`, {
        timeoutMs: 20,
      });
      await assert.rejects(released, (error) => {
        assert.ok(refused('budget_unavailable', /counts as spent/)(error), String(error));
        assert.doesNotMatch((error as Error).message, /drawn|disk/);
        return true;
      });
      assert.equal(draws, drawn);
      const { spent } = await inner.balance('2026-11');
      assert.equal(rationalText(spent.epsilon), drawn === 0 ? '0' : '7/10');
    });

  test('a draw that fails leaves its price spent', async () => {
    const ledger = open();
    await assert.rejects(releaseOnce(ledger, request, () => sleep(1).then(() => assert.fail('no noise'))));
    assert.equal(rationalText((await ledger.balance('2026-11')).spent.epsilon), '7/10');
    await assert.rejects(
      releaseOnce(ledger, request, () => 'again'),
      refused('reservation_conflict'),
    );
  });
});

test('the example of docs/budgets.md runs as it stands, and asked again gives what it gave', () => {
  const page = readFileSync(new URL('../docs/budgets.md', import.meta.url), 'utf8');
  const example = /```ts\n(.*?)```/s.exec(page)?.[1] ?? '';
  const again = /await releaseOnce[^]*\);\n/.exec(example)?.[0] ?? '';
  const output = execFileSync(
    process.execPath,
    [
      '--conditions=portcullis-source',
      '--input-type=module-typescript',
      '--eval',
      `${example}console.log(text, ${again.replace(/;\n$/, '')})`,
    ],
    { cwd: new URL('..', import.meta.url), encoding: 'utf8', timeout: 20_000 },
  );
  const [, first, second] = /^(-?\d+) (-?\d+)\n$/.exec(output) ?? [];
  assert.ok(first !== undefined && first === second, output);
});
