import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { openNote } from '@portcullis/record';
import { createVerifier } from '@portcullis/record/signing';
import { formatAddCheckpoint, REQUEST_BYTES_MAX } from './add-checkpoint.ts';
import { createTestLog } from './test/test-log.ts';
import { clockAt, post, runWitness, submit, temporaryFolder, WITNESS_NAME } from './test/witness-world.ts';

const log = createTestLog();

/** Fails where the lines are not by both keys over this checkpoint. */
function assertCosigned(note: string, lines: string, vkeys: readonly string[]): void {
  const opened = openNote(note + lines, vkeys.map(createVerifier));
  assert.equal(opened.verified.length, vkeys.length);
}

test('a growing tree is cosigned step by step, also after a restart', async (t) => {
  const dataDir = temporaryFolder(t);
  let witness = await runWitness(t, log, { dataDir });
  const vkeys = witness.vkeys;
  assert.deepEqual(
    vkeys.map((vkey) => createVerifier(vkey).type),
    [0x04, 0x06],
  );
  let last = 0;
  for (const size of [0, 1, 2, 3, 4, 7, 8, 31, 32, 33, 64]) {
    if (size === 8 || size === 33) {
      await witness.close();
      witness = await runWitness(t, log, { dataDir });
      assert.deepEqual(witness.vkeys, vkeys);
    }
    const answer = await submit(witness.url, log, last, size);
    assert.equal(answer.status, 200, `${last} → ${size}: ${answer.text}`);
    assertCosigned(log.note(size), answer.text, vkeys);
    last = size;
  }
});

test('a checkpoint that is signed by the ML-DSA-44 key too, and by strangers, is cosigned', async (t) => {
  const witness = await runWitness(t, log, { logs: [log.vkeys[1]] });
  const note = `${log.note(5, 'both')}— stranger.example AAAAAAAA\n`;
  assert.equal((await post(witness.url, formatAddCheckpoint({ oldSize: 0, proof: [], note }))).status, 200);
  assert.equal((await submit(witness.url, log, 5, 6)).status, 403, 'signed by the Ed25519 key alone');
});

test('another old size is answered with the known one', async (t) => {
  const witness = await runWitness(t, log);
  await submit(witness.url, log, 0, 10);
  for (const [old, size] of [
    [0, 12],
    [9, 12],
    [11, 12],
    [0, 10],
  ] as const) {
    assert.deepEqual(await submit(witness.url, log, old, size), {
      status: 409,
      type: 'text/x.tlog.size',
      text: '10\n',
    });
  }
  assert.equal((await submit(witness.url, log, 10, 12)).status, 200);
});

test('a split view is refused at its size, kept as proof, and at no later size accepted', async (t) => {
  const events: string[] = [];
  const witness = await runWitness(t, log, { report: ({ event }) => void events.push(event) });
  const fork = log.fork(6);
  await submit(witness.url, log, 0, 10);
  const split = await submit(witness.url, fork, 10, 10);
  assert.equal(split.status, 409);
  assert.notEqual(split.type, 'text/x.tlog.size');
  assert.deepEqual(witness.splitViews(log.origin), [{ size: 10, known: log.note(10), other: fork.note(10) }]);
  assert.equal((await submit(witness.url, fork, 10, 20)).status, 422);
  assert.equal((await submit(witness.url, log, 10, 20)).status, 200);
  assert.deepEqual(events, ['cosigned', 'split-view', 'refused', 'cosigned']);
});

test('a replay of the latest checkpoint is cosigned again, an older one never', async (t) => {
  const witness = await runWitness(t, log);
  await submit(witness.url, log, 0, 5);
  assert.equal((await submit(witness.url, log, 5, 5)).status, 200);
  await submit(witness.url, log, 5, 9);
  assert.equal((await submit(witness.url, log, 5, 5)).status, 409);
  assert.equal((await submit(witness.url, log, 0, 5)).status, 409);
  assert.equal((await submit(witness.url, log, 9, 5)).status, 400, 'old above size');
  assert.equal((await submit(witness.url, log, 9, 10)).status, 200);
});

test('who signed what: an unknown log, an unknown key, a changed byte', async (t) => {
  const witness = await runWitness(t, log);
  assert.equal((await submit(witness.url, createTestLog('ledger.example/other'), 0, 5)).status, 404);
  assert.equal((await submit(witness.url, createTestLog(log.origin), 0, 5)).status, 403);
  const changed = log.note(5).replace('\n5\n', '\n6\n');
  const answer = await post(witness.url, formatAddCheckpoint({ oldSize: 0, proof: [], note: changed }));
  assert.equal(answer.status, 403);
});

test('a proof must be right, and empty where there is nothing to prove', async (t) => {
  const witness = await runWitness(t, log);
  const proof = log.consistency(3, 8);
  const send = (oldSize: number, hashes: readonly Uint8Array[], size: number) =>
    post(witness.url, formatAddCheckpoint({ oldSize, proof: hashes, note: log.note(size) }));
  assert.equal((await send(0, proof, 3)).status, 422);
  assert.equal((await send(0, [], 3)).status, 200);
  assert.equal((await send(3, proof, 3)).status, 422);
  assert.equal((await send(3, [], 8)).status, 422);
  assert.equal((await send(3, proof.slice(1), 8)).status, 422);
  assert.equal((await send(3, [...proof, ...proof], 8)).status, 422);
  assert.equal((await send(3, proof.toReversed(), 8)).status, 422);
  assert.equal((await send(3, proof, 9)).status, 422);
  assert.equal((await send(3, proof, 8)).status, 200);
});

test('two processes on one state: of many at once, each size is cosigned once', async (t) => {
  const dataDir = temporaryFolder(t);
  const witnesses = [await runWitness(t, log, { dataDir }), await runWitness(t, log, { dataDir })];
  await submit(witnesses[0]!.url, log, 0, 10);
  const fork = log.fork(10);
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      submit(witnesses[i % 2]!.url, i % 4 < 2 ? log : fork, 10, 11 + (i % 7)),
    ),
  );
  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  assert.ok(answers.every(({ status }) => status === 200 || status === 409));
});

test('malformed requests are refused with 400 and change nothing', async (t) => {
  const witness = await runWitness(t, log);
  const hash = `${'A'.repeat(43)}=\n`;
  const note = log.note(5);
  const bodies: (string | Uint8Array)[] = [
    '',
    'old 0\n',
    `old 0\n${note}`,
    `old -1\n\n${note}`,
    `old 00\n\n${note}`,
    `old 01\n\n${note}`,
    `old 0 \n\n${note}`,
    `Old 0\n\n${note}`,
    `old 9007199254740993\n\n${note}`,
    `old 0\r\n\r\n${note}`,
    `\nold 0\n\n${note}`,
    `old 0\nnot base64\n\n${note}`,
    `old 0\n${hash.slice(4)}\n${note}`,
    `old 0\n${hash.repeat(64)}\n${note}`,
    `old 0\n\n${note.split('\n\n')[0]}\n`,
    `old 0\n\n${note.slice(0, -1)}`,
    `old 0\n\n${note}\u0000`,
    `old 0\n\n${log.sign(`${log.origin}\n05\n${hash}`)}`,
    `old 0\n\n${log.sign(`${log.origin}\n5\n${hash}an extension line\n`)}`,
    Uint8Array.of(0x6f, 0x6c, 0x64, 0x20, 0x30, 0x0a, 0x0a, 0xff, 0xfe),
  ];
  for (const body of bodies)
    assert.equal((await post(witness.url, body)).status, 400, String(body).slice(0, 80));
  assert.equal((await submit(witness.url, log, 0, 1)).status, 200);
});

test('what is too long is refused before it is read, also without a length', async (t) => {
  const witness = await runWitness(t, log);
  assert.equal((await post(witness.url, 'a'.repeat(REQUEST_BYTES_MAX + 1))).status, 413);
  const endless = new ReadableStream({
    pull: (controller) => void controller.enqueue(new Uint8Array(16_384)),
  });
  const sent = fetch(`${witness.url}/add-checkpoint`, {
    method: 'POST',
    body: endless,
    duplex: 'half',
  } as RequestInit);
  const status = await sent.then(
    (answer) => answer.status,
    () => 'closed',
  );
  assert.ok(status === 413 || status === 'closed', String(status));
  assert.equal((await submit(witness.url, log, 0, 1)).status, 200);
});

test('a client that sends slowly is cut off and others are served meanwhile', async (t) => {
  const limits = { headersTimeoutMs: 200, requestTimeoutMs: 400 };
  const witness = await runWitness(t, log, { limits });
  const { port } = new URL(witness.url);
  const slow = (first: string) =>
    new Promise<string>((resolve) => {
      let got = '';
      const socket = connect(Number(port), '127.0.0.1', () => socket.write(first));
      const drip = setInterval(() => socket.write('o'), 50);
      socket.on('data', (bytes) => (got += bytes.toString()));
      socket.on('error', () => {});
      socket.on('close', () => {
        clearInterval(drip);
        resolve(got);
      });
    });
  const started = performance.now();
  const cut = Promise.all([
    slow('POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nX-'),
    slow('POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 60000\r\n\r\n'),
  ]);
  assert.equal((await submit(witness.url, log, 0, 1)).status, 200);
  for (const got of await cut) assert.match(got, /^(HTTP\/1\.1 408 |$)/);
  assert.ok(performance.now() - started < 4_000);
});

test('the front page names the witness, its keys and its logs; other paths and methods are refused', async (t) => {
  const witness = await runWitness(t, log);
  const page = await fetch(witness.url);
  assert.equal(page.headers.get('content-type'), 'text/plain; charset=utf-8');
  assert.equal(
    await page.text(),
    [`witness ${WITNESS_NAME}`, ...witness.vkeys.map((vkey) => `vkey ${vkey}`), `log ${log.origin}`, ''].join(
      '\n',
    ),
  );
  assert.equal((await fetch(`${witness.url}/add-checkpoint`)).status, 405);
  assert.equal((await fetch(`${witness.url}/keys`)).status, 404);
});

test('without ML-DSA-44 there is one line', async (t) => {
  const witness = await runWitness(t, log, { mlDsa44: false });
  const answer = await submit(witness.url, log, 0, 4);
  assert.equal(answer.text.split('\n').length, 2);
  assertCosigned(log.note(4), answer.text, witness.vkeys);
});

test('a clock that steps back: a little gives the last time again, more gives nothing', async (t) => {
  let seconds = 1_800_000_000;
  const witness = await runWitness(t, log, { clock: clockAt(() => seconds) });
  const timeIn = (lines: string): number =>
    Number(Buffer.from(lines.split(' ')[2] as string, 'base64').readBigUInt64BE(4));
  assert.equal(timeIn((await submit(witness.url, log, 0, 1)).text), 1_800_000_000);
  seconds -= 30;
  assert.equal(timeIn((await submit(witness.url, log, 1, 2)).text), 1_800_000_000);
  seconds -= 31;
  assert.equal((await submit(witness.url, log, 2, 3)).status, 503);
  seconds += 62;
  assert.equal(timeIn((await submit(witness.url, log, 2, 3)).text), 1_800_000_001);
});
