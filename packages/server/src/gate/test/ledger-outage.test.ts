import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEntry } from '@portcullis/record';
import type { Appended, Appender, AppendItem } from '../../ledger/appender.ts';
import { ServerError } from '../../server-error.ts';
import { createCompletionQueue } from '../completion-queue.ts';
import { chat, eventually } from './ask.ts';
import { startTestGate } from './test-gate.ts';

type Given = { item: AppendItem; resolve: (appended: Appended) => void; reject: (error: Error) => void };

/** An appender that a test answers for. */
function createHeldAppender() {
  const given: Given[] = [];
  const state = { accepting: true };
  const appender: Appender = {
    append: (item) => new Promise((resolve, reject) => given.push({ item, resolve, reject })),
    pendingEntries: 0,
    get accepting() {
      return state.accepting;
    },
  };
  return { appender, given, state };
}

const end = (exchange: string): AppendItem => ({
  entry: createEntry('exchange.completed', 0, {
    exchange,
    account: 'a',
    admitted: 0,
    outcome: 'complete',
    status: 200,
    upstream: null,
    attempts: 1,
    usage: { input_tokens: 1, output_tokens: 1, source: 'reported' },
    response_bytes: 0,
    response_kept_bytes: 0,
    first_byte_ms: 1,
    duration_ms: 1,
    commitments: {},
  }),
});
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('ends wait for a ledger that is out, in order, and are not sent twice where it has them', async () => {
  const { appender, given, state } = createHeldAppender();
  const memory = { bytes: 0, bytesMax: 1000 };
  const lost: string[] = [];
  const queue = createCompletionQueue(
    appender,
    memory,
    () => 10,
    () => {},
    () => lost.push('lost'),
  );
  for (const exchange of ['a', 'b', 'c']) queue.append(end(exchange), 10);
  assert.equal(given.length, 3);
  given[0]?.resolve({ index: 1, leafHash: new Uint8Array(32) });
  await turn();
  // It goes out: whether b and c became durable is not known.
  state.accepting = false;
  for (const one of given.slice(1)) one.reject(new ServerError('ledger-refused', 'It has ended.'));
  queue.append(end('d'), 10);
  await turn();
  assert.deepEqual(queue.exchanges().sort(), ['b', 'c', 'd']);
  assert.equal(given.length, 3, 'nothing is sent meanwhile');
  assert.equal(memory.bytes, 30);
  let flushed = false;
  void queue.flushed().then(() => (flushed = true));
  state.accepting = true;
  queue.resume(new Set(['b']));
  const sent = given.slice(3).map(({ item }) => (item.entry as { exchange?: string }).exchange);
  assert.deepEqual(new Set(sent), new Set(['c', 'd']));
  for (const one of given.slice(3)) one.resolve({ index: 2, leafHash: new Uint8Array(32) });
  await turn();
  assert.deepEqual([queue.waiting, memory.bytes, flushed, lost.length], [0, 0, true, 0]);
});

test('how many ends may wait goes by the settings that rule now', async (t) => {
  const exchangesMax = 10;
  const one = await startTestGate({ gate: { exchangesMax } });
  t.after(() => one.close());
  const configure = (most: number): void => {
    const { config } = one.ports;
    one.gate.configure({ ...config, gate: { ...config.gate, exchangesMax: most } });
  };
  const isAnswered = async (): Promise<boolean> => {
    const answer = await chat(one);
    await answer.text();
    return answer.status === 200;
  };
  one.appender.mode = 'push-back-ends';
  assert.equal(await isAnswered(), true);
  await eventually('its end waits', () => one.gate.metrics().includes('portcullis_completions_waiting 1'));
  assert.equal(await isAnswered(), false, 'one is a tenth of ten');
  configure(3 * exchangesMax);
  assert.equal(await isAnswered(), true);
  configure(exchangesMax);
  assert.equal(await isAnswered(), false);
  one.appender.mode = 'take';
});
