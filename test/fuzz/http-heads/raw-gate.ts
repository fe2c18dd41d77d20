import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { chat } from '../../../packages/server/src/gate/test/ask.ts';
import {
  KEY,
  OTHER_KEY,
  startTestGate,
  type TestGate,
} from '../../../packages/server/src/gate/test/test-gate.ts';

/** Time for an answer or a close. The gate's own time-outs are a tenth of it. */
const ANSWER_MS = 3_000;
const GATE_TIMEOUT_MS = 300;
const UPSTREAM_KEY = 'sk-upstream-secret';

export type RawGate = {
  /** Sends the bytes on a connection of their own. @throws AssertionError where what must hold does not */
  judge(bytes: Buffer): Promise<void>;
  /** The gate still serves, and holds no body any more. */
  judgeAfter(): Promise<void>;
  close(): Promise<void>;
};

/** A real gate before a real practice upstream. */
export async function openRawGate(): Promise<RawGate> {
  const gate = await startTestGate({
    gate: {
      headersTimeoutMs: GATE_TIMEOUT_MS,
      bodyIdleTimeoutMs: GATE_TIMEOUT_MS,
      bodyBytesMax: 100_000,
      allowPaths: ['/v1/files'],
    },
  });
  return {
    async judge(bytes) {
      const before = gate.upstream.seen.totals.requests;
      const text = await exchange(gate.port, bytes);
      judgeAnswer(text);
      // Who sends no key at all reaches no upstream; that models are listed is asked by whoever has one.
      if (!bytes.includes(KEY))
        assert.equal(gate.upstream.seen.totals.requests, before, 'the upstream was asked without a key');
    },
    judgeAfter: () => judgeAfter(gate),
    close: () => gate.close(),
  };
}

/** Resolves with what came, once the gate has closed the connection or answered and we have. */
function exchange(port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    const timer = setTimeout(() => {
      socket.destroy();
      // An idle connection that waits for its next request is as it should be.
      if (text.startsWith('HTTP/1.1 ')) resolve(text);
      else
        reject(
          new assert.AssertionError({ message: `neither an answer nor a close within ${ANSWER_MS} ms` }),
        );
    }, ANSWER_MS);
    socket.on('connect', () => socket.end(bytes));
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(text);
    });
  });
}

function judgeAnswer(text: string): void {
  if (text === '') return;
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1] ?? 0);
  assert.ok(status >= 100 && status < 600 && status !== 500, `the gate answered ${text.slice(0, 200)}`);
  assert.ok(!text.includes(UPSTREAM_KEY), 'the upstream’s key was told');
}

async function judgeAfter(gate: TestGate): Promise<void> {
  for (const { headers, path } of gate.upstream.seen.requests) {
    const sent = JSON.stringify(headers);
    assert.ok(
      sent.includes(UPSTREAM_KEY) && !sent.includes(KEY) && !sent.includes(OTHER_KEY),
      `a caller’s key went to ${path}`,
    );
    assert.match(path, /^\/v1\/(?:chat\/completions|messages|models(?:\?limit=1000)?|files(?:\/[^.]*)?)$/);
  }
  const answer = await chat(gate);
  assert.equal(answer.status, 200, 'the gate does not serve any more');
  await answer.arrayBuffer();
  assert.deepEqual(
    gate.logs.filter((line) => line.includes('request.failed')),
    [],
  );
}
