import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import { createCommitQueue } from './commit-queue.ts';
import type { PreparedEntry } from './ledger-writer.ts';
import { packEntries } from './packet.ts';
import type { AppendReply } from './port-messages.ts';

const ENTRY: PreparedEntry = { bytes: new Uint8Array(10), leafHash: new Uint8Array(32) };

/** A queue before a writer that only counts, with a clock that the test moves. */
function openQueue(t: TestContext) {
  const clock = { ms: 0 };
  const commits: number[] = [];
  let size = 0;
  const commit = (batch: readonly PreparedEntry[]): number => {
    commits.push(batch.length);
    size += batch.length;
    return size - batch.length;
  };
  const queue = createCommitQueue(
    { commit },
    () => clock.ms,
    () => {},
    () => {},
  );
  const { port1, port2 } = new MessageChannel();
  queue.connect(port2);
  t.after(() => {
    queue.refuse(new Error('The test is over.'));
    port1.close();
  });
  let id = 0;
  const append = (count: number): void => {
    const packet = packEntries(Array.from({ length: count }, () => ENTRY));
    port1.postMessage({ id: id++, count, packet }, [packet]);
  };
  const reply = async (): Promise<AppendReply> => ((await once(port1, 'message')) as [AppendReply])[0];
  /** Until what was sent has come to the queue. */
  const arrived = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  return { clock, commits, queue, append, reply, arrived };
}

test('after a large commit fewer entries wait for as many, or for whoever wants all of them now', async (t) => {
  const { clock, commits, queue, append, reply, arrived } = openQueue(t);
  clock.ms = 1e9;
  append(20);
  await reply();
  // Far behind the end of that commit: the time in which entries gather does not end by itself here.
  clock.ms = 0;
  append(12);
  await arrived();
  assert.deepEqual(commits, [20]);
  append(8);
  assert.deepEqual((await reply()).durable, [
    { id: 1, first: 20 },
    { id: 2, first: 32 },
  ]);
  assert.deepEqual(commits, [20, 20]);
  clock.ms = -1e9;
  append(3);
  await arrived();
  assert.deepEqual(commits, [20, 20]);
  queue.drain();
  await reply();
  assert.deepEqual(commits, [20, 20, 3]);
});

test('nothing waits long after the last commit, nor after a small one', async (t) => {
  const { clock, commits, append, reply, arrived } = openQueue(t);
  append(20);
  await reply();
  clock.ms = 1000;
  append(3);
  await reply();
  clock.ms = -1e9;
  append(1);
  await arrived();
  assert.deepEqual(commits, [20, 3, 1]);
});

test('what gathers is refused when the writer stops', async (t) => {
  const { clock, commits, queue, append, reply, arrived } = openQueue(t);
  clock.ms = 1e9;
  append(20);
  await reply();
  clock.ms = 0;
  append(2);
  await arrived();
  queue.refuse(new Error('The disk is full.'));
  assert.match((await reply()).stopped?.message ?? '', /The disk is full/);
  assert.deepEqual(commits, [20]);
});
