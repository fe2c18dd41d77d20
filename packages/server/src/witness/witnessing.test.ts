import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openNote, parseCheckpoint, parseNote } from '@portcullis/record';
import { createVerifier } from '@portcullis/record/signing';
import { TEST_ORIGIN, type TestLedger } from '../ledger/test-ledger.ts';
import { onlyTerm } from '../ledger/handovers.ts';
import { openWitnessed, WITNESSED_FILE } from '../ledger/witnessed-checkpoint.ts';
import { readFile, replaceFile } from '../seams/durable-files.ts';
import type { WitnessConfig } from '../config/config.ts';
import { until } from '../test/until.ts';
import { runWitness, temporaryFolder } from './test/witness-world.ts';
import { copyLedger, noteEntry, openWitnessedLedger, type WitnessedLedger } from './test/witnessed-ledger.ts';

type Context = { after(fn: () => unknown): void };

async function oneWitness(
  t: Context,
  vkeys: readonly [string, string],
  name: string,
): Promise<WitnessConfig> {
  const { url, vkeys: keys } = await runWitness(t, { vkeys }, { name: `witness.example/${name}` });
  return { name, url, vkeys: keys };
}

const witnessedNote = ({ ledger }: WitnessedLedger): string =>
  Buffer.from(readFile(ledger.disk, `${ledger.paths.ledger}/${WITNESSED_FILE}`) ?? []).toString();
const stateOf = ({ witnessing }: WitnessedLedger, name: string) =>
  witnessing.status().witnesses.find((one) => one.name === name)!;
const isAtRest = (one: WitnessedLedger) => one.witnessing.status().witnessed?.size === one.size();

test('a growing ledger is cosigned, says so once in its entries, and comes to rest', async (t) => {
  const opened = openWitnessedLedger(t);
  const witnesses = [await oneWitness(t, opened.vkeys, 'one'), await oneWitness(t, opened.vkeys, 'two')];
  const one = opened.follow(witnesses);
  await until('at rest', () => isAtRest(one), { detail: () => one.logged.join('\n') });
  for (let i = 0; i < 5; i++) await one.append();
  await until('at rest', () => isAtRest(one));
  const size = one.size();
  await sleep(100);
  assert.equal(one.size(), size, 'its own entries made it grow for ever');
  assert.deepEqual(
    one.entriesOf('witness.cosigned').map((entry) => [entry.size, entry.witness]),
    [
      [1, 'witness.example/one'],
      [1, 'witness.example/two'],
    ],
  );
  const note = witnessedNote(one);
  const keys = [...one.vkeys, ...witnesses.flatMap(({ vkeys }) => vkeys)].map(createVerifier);
  const { verified, text } = openNote(note, keys);
  assert.equal(verified.length, 6);
  assert.equal(parseCheckpoint(text).size, size);
  assert.ok(note.startsWith(one.reader.published()!.note), 'the ledger’s own lines come first');
  assert.equal(stateOf(one, 'one').lag, 0);
  assert.equal((await one.ledger.fsck({ witnesses: keys })).ok, true);
});

test('an entry says who cosigned a size only where something new is under it', async (t) => {
  const opened = openWitnessedLedger(t, { pace: { recordIntervalMs: 0 } });
  const one = opened.follow([await oneWitness(t, opened.vkeys, 'one')]);
  await until('the first', () => one.entriesOf('witness.cosigned').length === 1 && isAtRest(one));
  await one.append();
  await until('the second', () => one.entriesOf('witness.cosigned').length === 2 && isAtRest(one));
  await sleep(100);
  const sizes = one.entriesOf('witness.cosigned').map((entry) => entry.size);
  assert.deepEqual(sizes, [1, 3]);
  // Each is kept: cosignatures of a past size can not be had again.
  for (const size of sizes) {
    const kept = Buffer.from(readFile(one.ledger.disk, `${one.ledger.paths.witnessed}/${size}`)!).toString();
    assert.equal(parseCheckpoint(parseNote(kept).text).size, size);
  }
});

test('a witness that is down: the ledger goes on and says so, and catches up', async (t) => {
  const opened = openWitnessedLedger(t, { pace: { quorum: 'any' } });
  const dataDir = temporaryFolder(t);
  const first = await runWitness(t, opened, { dataDir });
  const port = Number(new URL(first.url).port);
  await first.close();
  const up = await oneWitness(t, opened.vkeys, 'up');
  const one = opened.follow([{ name: 'down', url: first.url, vkeys: first.vkeys }, up]);
  await until('unreachable', () => stateOf(one, 'down').state === 'unreachable' && isAtRest(one));
  for (let i = 0; i < 3; i++) await one.append();
  await until('the quorum went on', () => isAtRest(one));
  assert.equal(stateOf(one, 'down').lag, one.size());
  assert.equal(stateOf(one, 'down').alarm, null);
  assert.deepEqual(one.entriesOf('fault'), [], 'being down is no alarm');
  const size = one.size();
  await runWitness(t, opened, { dataDir, port });
  await until('caught up', () => stateOf(one, 'down').state === 'cosigned');
  assert.ok(stateOf(one, 'down').size >= size);
  const text = one.logged.join('\n');
  assert.match(text, /warn witness\.unreachable .*"down"/);
  assert.match(text, /info witness\.cosigned .*"down"/);
});

test('without a quorum, what is served stays; a receipt takes what cosignatures there are', async (t) => {
  const timeoutMs = 1000;
  const opened = openWitnessedLedger(t, { pace: { timeoutMs } });
  const up = await oneWitness(t, opened.vkeys, 'up');
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  t.after(() => silent.closeAllConnections());
  t.after(() => silent.close());
  const { port } = silent.address() as { port: number };
  const { vkeys } = await runWitness(t, opened, { name: 'witness.example/silent' });
  const one = opened.follow([up, { name: 'silent', url: `http://127.0.0.1:${port}`, vkeys }]);
  await one.append();
  const before = performance.now();
  await one.append();
  assert.ok(performance.now() - before < 500, 'an append waited for a witness');
  await until('up cosigned', () => stateOf(one, 'up').state === 'cosigned');
  assert.equal(one.witnessing.status().witnessed, null);
  assert.equal(witnessedNote(one), '');
  const given = one.witnessing.noteFor(0)!;
  assert.ok(openNote(given.note, up.vkeys.map(createVerifier)).verified.length === 2);
  assert.equal(one.witnessing.noteFor(given.size), undefined);
  await until('the silent one is given up', () => stateOf(one, 'silent').state === 'timed-out');
  // From now on it is asked apart: were the other asked along with it, each of these would take its whole time-out.
  const started = performance.now();
  for (let i = 0; i < 5; i++) {
    await one.append();
    await until('the next', () => stateOf(one, 'up').size === one.size());
  }
  assert.ok(performance.now() - started < 3 * timeoutMs, 'the other waited for the silent one');
  assert.notEqual(stateOf(one, 'silent').state, 'cosigned');
});

test('an export waits for cosignatures of its very checkpoint', async (t) => {
  const opened = openWitnessedLedger(t, { pace: { intervalMs: 60_000 } });
  const witness = await oneWitness(t, opened.vkeys, 'one');
  const one = opened.follow([witness]);
  await until('the first round', () => stateOf(one, 'one').state === 'cosigned');
  await one.append(noteEntry('late'));
  const { note, size } = await one.witnessing.cosign(async () => {
    const { note: own, checkpoint } = one.reader.published()!;
    return { note: own, size: checkpoint.size };
  });
  assert.equal(parseCheckpoint(parseNote(note).text).size, size);
  assert.ok(size >= 2);
  assert.equal(openNote(note, witness.vkeys.map(createVerifier)).verified.length, 2);
});

test('two histories under one key: the second is never cosigned, alarms, and both notes are evidence', async (t) => {
  const opened = openWitnessedLedger(t);
  const witness = await runWitness(t, opened);
  const config = { name: 'one', url: witness.url, vkeys: witness.vkeys };
  const first = opened.follow([config]);
  await until('at rest', () => isAtRest(first));
  // The disk is copied here: the same keys, lock and entries.
  const copy = copyLedger(first.ledger);
  for (let i = 0; i < 6; i++) await first.append();
  await until('at rest', () => isAtRest(first));
  const witnessedSize = first.size();
  await first.close();

  const second = openWitnessedLedger(t, { ledger: copy }).follow([config]);
  await until('ahead', () => stateOf(second, 'one').alarm === 'ahead');
  while (second.size() < witnessedSize) await second.append(noteEntry(`fork-${second.size()}`));
  await until('inconsistent', () => stateOf(second, 'one').alarm === 'inconsistent');
  for (let i = 0; i < 3; i++) await second.append(noteEntry(`fork-${second.size()}`));
  await sleep(100);
  assert.ok((second.witnessing.status().witnessed?.size ?? 0) < witnessedSize);
  assert.deepEqual(
    second.entriesOf('fault').map((entry) => entry.kind),
    ['restart', 'witness', 'witness'],
    'each alarm is told once',
  );
  assert.equal(second.logged.filter((line) => line.startsWith('error witness.alarm')).length, 2);
  assert.deepEqual(
    second.witnessing.status().alarms.map(({ reason, count }) => [reason, count]),
    [
      ['ahead', 1],
      ['inconsistent', 1],
    ],
  );
  const [view] = witness.splitViews(parseCheckpoint(parseNote(first.reader.published()!.note).text).origin);
  assert.equal(view?.size, witnessedSize);
  const verifiers = first.vkeys.map(createVerifier);
  const roots = [view!.known, view!.other].map((note) => openNote(note, verifiers).text);
  assert.notEqual(roots[0], roots[1]);
});

test('a witness that forgot what it cosigned is an alarm that stays', async (t) => {
  const opened = openWitnessedLedger(t);
  const witness = await runWitness(t, opened);
  const port = Number(new URL(witness.url).port);
  const one = opened.follow([{ name: 'one', url: witness.url, vkeys: witness.vkeys }]);
  for (let i = 0; i < 3; i++) await one.append();
  await until('at rest', () => isAtRest(one));
  await witness.close();
  await runWitness(t, opened, { port });
  await one.append();
  await until('forgotten', () => stateOf(one, 'one').alarm === 'forgotten');
  assert.match(one.entriesOf('fault')[0]!.detail, /lost its memory/);
});

/** Puts the newer or other ledger's cosigned checkpoint onto this disk. */
function plant(from: TestLedger, to: TestLedger): void {
  const path = join(from.paths.ledger, WITNESSED_FILE);
  replaceFile(to.disk, `${path}.tmp`, path, readFile(from.disk, path)!);
}

test('a ledger that is behind what was witnessed, or another, does not start; fsck says why', async (t) => {
  const opened = openWitnessedLedger(t);
  const witness = await oneWitness(t, opened.vkeys, 'one');
  const newer = opened.follow([witness]);
  await until('at rest', () => isAtRest(newer));
  const older = copyLedger(newer.ledger);
  const fork = copyLedger(newer.ledger);
  for (let i = 0; i < 4; i++) await newer.append();
  await until('at rest', () => isAtRest(newer));
  await newer.close();

  plant(newer.ledger, older);
  assert.throws(() => older.open(), {
    code: 'ledger-damaged',
    message: /Witnesses cosigned \d+ entries.*older copy/,
  });
  assert.match((await older.fsck()).sentence, /Witnesses cosigned/);

  const other = openWitnessedLedger(t, { ledger: fork });
  const { append } = other.follow([]);
  for (let i = 0; i < 9; i++) await append(noteEntry(`fork-${i}`));
  plant(newer.ledger, fork);
  assert.throws(() => other.follow([witness]), {
    code: 'ledger-damaged',
    message: /another root than the one that witnesses/,
  });
  assert.match((await fork.fsck()).sentence, /root of the witnessed checkpoint/);
});

test('a byte of the cosigned checkpoint that is flipped is noticed by fsck', async (t) => {
  const opened = openWitnessedLedger(t);
  const witness = await oneWitness(t, opened.vkeys, 'one');
  const one = opened.follow([{ ...witness, vkeys: witness.vkeys.slice(0, 1) }]);
  await until('at rest', () => isAtRest(one));
  await one.close();
  const verifiers = opened.vkeys.map(createVerifier);
  const witnesses = witness.vkeys.map(createVerifier);
  const path = join(one.ledger.paths.ledger, WITNESSED_FILE);
  const bytes = readFile(one.ledger.disk, path)!;
  assert.equal((await one.ledger.fsck({ witnesses })).ok, true);
  const missed: number[] = [];
  const line = Buffer.from(bytes).lastIndexOf('— witness');
  // Each of the text and of the witness's line; of the ledger's long signatures some.
  for (let at = 0; at < bytes.length; at += at < 120 || at >= line ? 1 : 41) {
    const changed = bytes.slice();
    changed[at] = (changed[at] as number) ^ 1;
    try {
      openWitnessed(changed, onlyTerm(verifiers), TEST_ORIGIN, witnesses);
      missed.push(at);
    } catch (error) {
      assert.equal((error as { code?: string }).code, 'ledger-damaged');
    }
  }
  // The name and key ID of a cosignature: changed, it is a stranger's line, which counts for nothing.
  assert.ok(
    missed.every((at) => at > line),
    `bytes ${missed.slice(0, 9).join()} were not missed`,
  );
  assert.ok(missed.length < 60, String(missed.length));
});
