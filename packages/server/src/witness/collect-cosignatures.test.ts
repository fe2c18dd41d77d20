import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { openNote, signatureLine, utf8 } from '@portcullis/record';
import { createEd25519Cosigner, createVerifier, generateSigningKey } from '@portcullis/record/signing';
import { systemClock } from '../seams/clock.ts';
import { type Collected, type CollectOptions, collectCosignatures } from './collect-cosignatures.ts';
import { createTestLog, type TestLog } from './test/test-log.ts';
import { clockAt, runWitness, submit } from './test/witness-world.ts';

const log = createTestLog();
type Context = { after(fn: () => unknown): void };

function collect(size: number, options: Partial<CollectOptions>, from: TestLog = log): Promise<Collected> {
  return collectCosignatures({
    note: from.note(size, 'both'),
    witnesses: [],
    lastSizes: new Map(),
    consistency: from.consistency,
    clock: systemClock,
    timeoutMs: 3_000,
    ...options,
  });
}

/** A witness of two keys that answers `status` with what `answer` makes of the request. */
async function runFalse(
  t: Context,
  answer: (body: string) => { status: number; type?: string; body: string } | undefined,
): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const made = answer(Buffer.concat(chunks).toString());
      if (made === undefined) return;
      response.writeHead(made.status, { 'content-type': made.type ?? 'text/plain' }).end(made.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('three witnesses, a growing ledger: all lines are in the note and verify', async (t) => {
  const running = [
    await runWitness(t, log),
    await runWitness(t, log, { name: 'witness.example/w2' }),
    await runWitness(t, log, { name: 'witness.example/w3', mlDsa44: false }),
  ];
  const witnesses = running.map(({ url, vkeys }) => ({ url, vkeys }));
  let lastSizes: ReadonlyMap<string, number> = new Map();
  for (const size of [3, 3, 20, 64]) {
    const note = log.note(size, 'both');
    const collected = await collect(size, { note, witnesses, lastSizes });
    assert.deepEqual(collected.failures, []);
    assert.equal(collected.cosignatures.length, 5);
    const keys = [...log.vkeys, ...running.flatMap(({ vkeys }) => vkeys)].map(createVerifier);
    assert.equal(openNote(collected.note, keys).verified.length, 7);
    assert.ok(collected.note.startsWith(note));
    assert.ok([...collected.lastSizes.values()].every((last) => last === size));
    lastSizes = collected.lastSizes;
  }
});

test('a witness whose size is not known is asked once more from the size it told', async (t) => {
  const { url, vkeys } = await runWitness(t, log);
  await submit(url, log, 0, 7);
  for (const told of [undefined, 3, 9, 50]) {
    const lastSizes = new Map(told === undefined ? [] : [[url, told]]);
    const collected = await collect(20, { witnesses: [{ url, vkeys }], lastSizes });
    assert.deepEqual(collected.failures, []);
    assert.equal(collected.lastSizes.get(url), 20);
  }
});

test('cosignatures that the note has already are kept, and fresh ones of the same key replace theirs', async (t) => {
  const first = await runWitness(t, log);
  const second = await runWitness(t, log, { name: 'witness.example/w2' });
  const once = await collect(9, { witnesses: [first] });
  const both = await collect(9, { note: once.note, witnesses: [second, first] });
  assert.deepEqual(both.failures, []);
  const keys = [...log.vkeys, ...first.vkeys, ...second.vkeys].map(createVerifier);
  assert.equal(openNote(both.note, keys).note.signatures.length, 6);
});

test('a split view, a smaller ledger and a stranger are told apart, and no good witness suffers from them', async (t) => {
  const good = await runWitness(t, log);
  const split = await runWitness(t, log, { name: 'witness.example/split' });
  const splitEarlier = await runWitness(t, log, { name: 'witness.example/earlier' });
  const ahead = await runWitness(t, log, { name: 'witness.example/ahead' });
  const stranger = await runWitness(t, createTestLog('ledger.example/other'));
  await submit(split.url, log.fork(2), 0, 20);
  await submit(splitEarlier.url, log.fork(2), 0, 10);
  await submit(ahead.url, log, 0, 30);
  const gone = 'http://127.0.0.1:1';
  const collected = await collect(20, {
    witnesses: [split, splitEarlier, ahead, stranger, good, { url: gone, vkeys: good.vkeys }],
  });
  assert.deepEqual(
    collected.failures.map(({ url, reason }) => [url, reason]),
    [
      [split.url, 'inconsistent'],
      [splitEarlier.url, 'inconsistent'],
      [ahead.url, 'ahead'],
      [stranger.url, 'refused'],
      [gone, 'unreachable'],
    ],
  );
  assert.deepEqual(
    collected.cosignatures.map(({ url }) => url),
    [good.url, good.url],
  );
});

test('answers that do not hold are refused, each for what it is', async (t) => {
  const key = generateSigningKey('ed25519');
  const cosigner = createEd25519Cosigner('w', key, () => 1_800_000_000);
  const other = createEd25519Cosigner('w', generateSigningKey('ed25519'), () => 1_800_000_000);
  const text = log.note(8).split('\n\n')[0] as string;
  const good = signatureLine(cosigner, cosigner.sign(utf8(`${text}\n`)));
  const forged = signatureLine(cosigner, other.sign(utf8(`${text}\n`)));
  const otherTree = signatureLine(cosigner, cosigner.sign(utf8(log.note(9).split('\n\n')[0] as string)));
  const answers: [string, { status: number; type?: string; body: string } | undefined][] = [
    ['bad-answer', { status: 200, body: '' }],
    ['bad-answer', { status: 200, body: forged }],
    ['bad-answer', { status: 200, body: otherTree }],
    ['bad-answer', { status: 200, body: signatureLine(other, other.sign(utf8(`${text}\n`))) }],
    ['bad-answer', { status: 200, body: `\n${good}` }],
    ['bad-answer', { status: 200, body: `${text}\n\n${good}` }],
    ['bad-answer', { status: 200, body: good.slice(0, -1) }],
    ['bad-answer', { status: 200, body: good.replace('— w ', '— w  ') }],
    ['bad-answer', { status: 200, body: good.slice(0, 20) }],
    ['unreachable', { status: 200, body: good.repeat(700) }],
    ['unreachable', { status: 307, body: '' }],
    ['refused', { status: 409, type: 'text/x.tlog.size', body: '-1\n' }],
    ['refused', { status: 409, type: 'text/x.tlog.size', body: '9007199254740993\n' }],
    ['refused', { status: 409, type: 'text/x.tlog.size', body: '0\n' }],
    ['ahead', { status: 409, type: 'text/x.tlog.size', body: '9\n' }],
    ['inconsistent', { status: 409, body: '' }],
    ['inconsistent', { status: 422, body: '' }],
    ['refused', { status: 500, body: good }],
    ['timed-out', undefined],
  ];
  const urls = await Promise.all(answers.map(([, answer]) => runFalse(t, () => answer)));
  const witnesses = urls.map((url) => ({ url, vkeys: [cosigner.vkey] }));
  const clock = clockAt(() => 1_800_000_000);
  const note = log.note(8, 'both');
  const collected = await collect(8, { note, witnesses, clock, timeoutMs: 500 });
  assert.deepEqual(
    collected.failures.map(({ reason }) => reason),
    answers.map(([reason]) => reason),
  );
  assert.equal(collected.note, note);
  assert.equal(collected.cosignatures.length, 0);

  const url = await runFalse(t, () => ({ status: 200, body: `— x AAAAAAAA\n${good}${good}` }));
  const fine = await collect(8, { witnesses: [{ url, vkeys: [cosigner.vkey] }], clock });
  assert.deepEqual(fine.cosignatures, [{ url, name: 'w', timeSeconds: 1_800_000_000 }]);
  const early = await collect(8, {
    witnesses: [{ url, vkeys: [cosigner.vkey] }],
    clock: clockAt(() => 1_700_000_000),
  });
  assert.equal(early.failures[0]?.reason, 'bad-answer', 'a time in the future');
});

test('keys that are no witness’s and proofs that can not be made are reported, not thrown', async (t) => {
  const { url, vkeys } = await runWitness(t, log);
  await submit(url, log, 0, 4);
  const consistency = () => {
    throw new Error('The disk is gone.');
  };
  const collected = await collect(8, {
    consistency,
    witnesses: [
      { url, vkeys },
      { url, vkeys: [] },
      { url, vkeys: ['nonsense'] },
      { url, vkeys: [log.vkeys[0]] },
    ],
  });
  assert.deepEqual(
    collected.failures.map(({ reason }) => reason),
    ['no-proof', 'bad-key', 'bad-key', 'bad-key'],
  );
});
