import assert from 'node:assert/strict';
import { copyFileSync, cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openNote } from '@portcullis/record';
import { createVerifier } from '@portcullis/record/signing';
import { formatAddCheckpoint } from './add-checkpoint.ts';
import { createTestLog } from './test/test-log.ts';
import { post, runWitness, submit, temporaryFolder } from './test/witness-world.ts';

const log = createTestLog();

test('a memory that is missing, older or another’s is told, and nothing is started', async (t) => {
  const dataDir = temporaryFolder(t);
  const memory = join(dataDir, 'witness.sqlite');
  const before = join(dataDir, 'before.sqlite');
  const first = await runWitness(t, log, { dataDir });
  await submit(first.url, log, 0, 4);
  await first.close();
  copyFileSync(memory, before);
  const second = await runWitness(t, log, { dataDir });
  await submit(second.url, log, 4, 9);
  await second.close();
  const newest = join(dataDir, 'newest.sqlite');
  copyFileSync(memory, newest);

  const put = (from: string | undefined) => {
    for (const end of ['', '-wal', '-shm']) rmSync(`${memory}${end}`, { force: true });
    if (from !== undefined) copyFileSync(from, memory);
  };
  const other = temporaryFolder(t);
  await (await runWitness(t, log, { dataDir: other })).close();
  const cases = [
    [before, /an older copy/],
    [undefined, /is missing/],
    [join(other, 'witness.sqlite'), /another witness’s/],
  ] as const;
  for (const [from, message] of cases) {
    put(from);
    await assert.rejects(runWitness(t, log, { dataDir }), { code: 'conflict', message });
  }
  // Also where the file beside it went with it: the keys are still there.
  put(undefined);
  rmSync(join(dataDir, 'home.json'));
  await assert.rejects(runWitness(t, log, { dataDir }), { code: 'conflict', message: /is missing/ });
  put(newest);
  const again = await runWitness(t, log, { dataDir });
  assert.equal((await submit(again.url, log, 0, 9)).text, '9\n');
});

test('a name that is another, a memory that is none, and a second witness on one folder are refused', async (t) => {
  const dataDir = temporaryFolder(t);
  const running = await runWitness(t, log, { dataDir, exclusive: true });
  await assert.rejects(runWitness(t, log, { dataDir, exclusive: true }), {
    code: 'conflict',
    message: /Another witness runs/,
  });
  await running.close();
  await assert.rejects(runWitness(t, log, { dataDir, name: 'witness.example/w2' }), {
    code: 'bad-config',
    message: /folder of the witness witness\.example\/w1/,
  });
  await (await runWitness(t, log, { dataDir, exclusive: true })).close();
  writeFileSync(join(dataDir, 'witness.sqlite'), 'this is no database, whatever its name says');
  await assert.rejects(runWitness(t, log, { dataDir }), { code: 'bad-config', message: /can not be opened/ });
});

test('a whole folder that is an older copy: its own cosignature of more tells it, and it cosigns no more', async (t) => {
  const dataDir = temporaryFolder(t);
  const copy = temporaryFolder(t);
  const first = await runWitness(t, log, { dataDir });
  await submit(first.url, log, 0, 4);
  await first.close();
  cpSync(dataDir, copy, { recursive: true });
  const second = await runWitness(t, log, { dataDir });
  const { text: lines } = await submit(second.url, log, 4, 9);
  await second.close();
  const note = `${log.note(9)}${lines}`;
  assert.equal(openNote(note, second.vkeys.map(createVerifier)).verified.length, 2);

  const restored = await runWitness(t, log, { dataDir: copy });
  const shown = (oldSize: number) =>
    post(restored.url, formatAddCheckpoint({ oldSize, proof: log.consistency(oldSize, 9), note }));
  assert.equal((await shown(4)).status, 503);
  assert.equal((await submit(restored.url, log, 4, 5)).status, 503, 'it is retired for this log');
  await restored.close();
  const later = await runWitness(t, log, { dataDir: copy });
  assert.equal((await submit(later.url, log, 4, 5)).status, 503, 'also after a restart');

  // What it remembers may come back to it as often as anybody likes.
  const sound = await runWitness(t, log, { dataDir });
  const repeat = await post(sound.url, formatAddCheckpoint({ oldSize: 9, proof: [], note }));
  assert.equal(repeat.status, 200);
  const strangers = `${log.note(12)}${lines.replace(/.{9}\n/g, 'AAAAAAAA=\n')}`;
  const grown = await post(
    sound.url,
    formatAddCheckpoint({ oldSize: 9, proof: log.consistency(9, 12), note: strangers }),
  );
  assert.notEqual(grown.status, 503, 'a forged line of its own is nobody’s');
});
