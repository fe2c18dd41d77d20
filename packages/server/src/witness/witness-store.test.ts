import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from './test/witness-world.ts';
import type { KnownTree } from './witness-state.ts';
import { openWitnessStore } from './witness-store.ts';

const ORIGIN = 'ledger.example/test';
const tree = (size: number, fill = size): KnownTree => ({
  size,
  root: new Uint8Array(32).fill(fill),
  note: `note ${size}`,
  timeSeconds: 1_800_000_000 + size,
});

test('of two that move on from one state, one does', (t) => {
  const path = join(temporaryFolder(t), 'witness.sqlite');
  const [one, other] = [openWitnessStore(path), openWitnessStore(path)];
  assert.ok(one.isEmpty());
  assert.equal(one.swap(ORIGIN, undefined, tree(1)), true);
  assert.equal(other.swap(ORIGIN, undefined, tree(2)), false);
  assert.deepEqual(other.read(ORIGIN), tree(1));
  assert.equal(other.swap(ORIGIN, tree(1), tree(5)), true);
  assert.equal(one.swap(ORIGIN, tree(1), tree(3)), false, 'from a size that is past');
  assert.equal(one.swap(ORIGIN, { ...tree(5), root: tree(4).root }, tree(6)), false, 'from another root');
  assert.equal(one.swap(ORIGIN, { ...tree(5), timeSeconds: 1 }, tree(6)), false, 'from another time');
  assert.equal(one.swap('another', tree(5), tree(6)), false);
  assert.deepEqual(one.read(ORIGIN), tree(5));
  one.close();
  other.close();
});

test('split views are kept once each, and only some', (t) => {
  const store = openWitnessStore(join(temporaryFolder(t), 'witness.sqlite'));
  for (let i = 0; i < 30; i++)
    for (let twice = 0; twice < 2; twice++)
      store.keepSplitView(ORIGIN, { size: 1, known: 'a', other: `${i}` });
  assert.equal(store.splitViews(ORIGIN).length, 16);
  assert.deepEqual(store.splitViews('another'), []);
  store.close();
});
