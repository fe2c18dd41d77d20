import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { Json } from '@portcullis/record';
import { verifyLedger } from '../src/verify-ledger.ts';
import { TRUST } from './bundle-writer.ts';
import { writeLedger } from './ledger-writer.ts';
import { trustOf } from './trusts.ts';

type Fields = Readonly<Record<string, Json>>;

const reserved = (reservation: string, epsilon: string, more: Fields = {}): Fields => ({
  type: 'budget.reserved',
  reservation,
  unit: 'account-month',
  adjacency: 'add-remove',
  windows: ['2026-11'],
  epsilon,
  delta: '1/1000000',
  limit: { epsilon: '1', delta: '1/100000' },
  purpose: 'A report.',
  by: 'admin',
  ...more,
});
const RELEASE = '{"values":[1]}';
const spent = (reservation: string, epsilon: string, more: Fields = {}): Fields => ({
  type: 'budget.spent',
  reservation,
  epsilon,
  delta: '1/1000000',
  release: RELEASE,
  release_sha256: createHash('sha256').update(RELEASE).digest('hex'),
  ...more,
});
const cutOff = { release: null, release_sha256: null };

const judge = (first: readonly Fields[]) => {
  const files = writeLedger(first.length + 3, { first });
  const { checks } = verifyLedger((path) => files.get(path), trustOf(TRUST));
  return checks.find(({ name }) => name === 'budgets');
};

test('budgets that were kept pass, up to the last part of the limit', () => {
  const tenths = Array.from({ length: 10 }, (_, i) => reserved(`r-${i}`, '1/10'));
  const found = judge([
    ...tenths,
    spent('r-0', '1/10'),
    spent('r-1', '2/20', cutOff),
    reserved('s', '1', { windows: ['2026-12'] }),
  ]);
  assert.deepEqual(found, {
    name: 'budgets',
    result: 'pass',
    sentence:
      '11 reservations of privacy budgets keep within the limits that they state; 1 have a release, and it is the one that was paid for.',
  });
  assert.equal(judge([]), undefined, 'a ledger without budgets is not judged for them');
});

const WRONG: readonly [string, readonly Fields[], RegExp][] = [
  ['more than the limit', [reserved('a', '2/3'), reserved('b', '1/2')], /Entry 1 takes more from .*2026-11/],
  ['more delta than the limit', [reserved('a', '0', { delta: '1/99999' })], /Entry 0 takes more/],
  ['a reservation twice', [reserved('a', '0'), reserved('a', '0')], /Entry 1 reserves .*a.* a second time/],
  ['a release that nobody reserved', [spent('a', '0')], /which nobody reserved/],
  ['a release before its reservation', [spent('a', '0'), reserved('a', '0')], /which nobody reserved/],
  ['a release twice', [reserved('a', '0'), spent('a', '0'), spent('a', '0')], /as entry 1 did before/],
  [
    'a release after the reservation was given up',
    [reserved('a', '0'), spent('a', '0', cutOff), spent('a', '0')],
    /as entry 1 did before/,
  ],
  ['another loss', [reserved('a', '1/2'), spent('a', '1/3')], /another loss than was reserved/],
  ['another release', [reserved('a', '0'), spent('a', '0', { release: '{}' })], /another digest/],
  ['a release without a digest', [reserved('a', '0'), spent('a', '0', { release_sha256: null })], /digest/],
  ['a loss that is no fraction', [reserved('a', '-1')], /no fraction/],
];
for (const [name, first, sentence] of WRONG)
  test(`found: ${name}`, () => {
    const found = judge(first);
    assert.equal(found?.result, 'FAIL');
    assert.match(found?.sentence ?? '', sentence);
  });
