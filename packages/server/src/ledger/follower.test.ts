import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFollower } from './follower.ts';
import { createLedgerReader } from './ledger-reader.ts';
import { prepareEntry } from './ledger-writer.ts';
import { createTestLedger, numberedEntry } from './test-ledger.ts';

function setUp(handled: number[], handle?: (index: number) => void | Promise<void>) {
  const ledger = createTestLedger();
  const writer = ledger.open();
  const errors: unknown[] = [];
  const lags: number[] = [];
  const follower = createFollower({
    name: 'test',
    reader: createLedgerReader(ledger.dataDir, ledger.disk),
    from: 0,
    batchMax: 4,
    handle(index) {
      handled.push(index);
      return handle?.(index);
    },
    onLag: (lag) => lags.push(lag),
    onError: (error) => errors.push(error),
  });
  const publish = (count: number): number => {
    for (let i = 0; i < count; i++) writer.commit([prepareEntry(numberedEntry(i))]);
    return writer.publish();
  };
  return { follower, publish, errors, lags };
}

test('handles every entry once, in order, however often it is poked', async () => {
  const handled: number[] = [];
  const { follower, publish, lags } = setUp(handled, () => Promise.resolve());
  publish(9);
  follower.poke();
  follower.poke();
  await follower.caughtUp();
  assert.deepEqual(lags, [6, 2, 0]);
  publish(3);
  follower.poke();
  await follower.caughtUp();
  assert.deepEqual(
    handled,
    Array.from({ length: 13 }, (_, i) => i),
  );
  assert.equal(follower.next, 13);
  await follower.stop();
  publish(1);
  follower.poke();
  await follower.caughtUp();
  assert.equal(handled.length, 13);
});

test('stops at what its handler throws, and says so', async () => {
  const handled: number[] = [];
  const { follower, publish, errors } = setUp(handled, (index) => {
    if (index === 2) throw new Error('broken');
  });
  publish(5);
  await follower.caughtUp();
  assert.deepEqual(handled, [0, 1, 2]);
  assert.equal(follower.next, 2);
  assert.equal(follower.running, false);
  assert.match(String(errors[0]), /broken/);
});
