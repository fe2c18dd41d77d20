import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { completionOfIndex, eventually, wait } from './ask.ts';
import { upstreamConfig } from './gate-config.ts';
import { rawRequest } from './raw-request.ts';
import { type RawUpstream, startRawUpstream } from './raw-upstream.ts';
import { KEY, startTestGate, type TestGate } from './test-gate.ts';

const CHUNKED = 'transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n';

describe('while the ledger is held, nothing of an answer is released', () => {
  let t: TestGate;
  let raw: RawUpstream;
  let answer = '';
  let thenClose = false;
  before(async () => {
    raw = await startRawUpstream((socket) => {
      socket.write(`HTTP/1.1 ${answer}`);
      if (thenClose) socket.end();
    });
    t = await startTestGate({
      gate: { allowPaths: ['/v1/files'] },
      upstreams: () => [upstreamConfig('raw', raw.url, { attempts: 1 })],
    });
  });
  after(async () => {
    await t.close();
    await raw.close();
  });

  for (const [method, name, written, body] of [
    ['HEAD', '200', '200 OK\r\nx-mark: 1\r\ncontent-length: 500\r\n\r\n', ''],
    ['HEAD', '404', '404 Not Found\r\nx-mark: 1\r\ncontent-length: 9\r\n\r\n', ''],
    ['GET', '200 of no bytes', '200 OK\r\nx-mark: 1\r\ncontent-length: 0\r\n\r\n', ''],
    ['GET', '204', '204 No Content\r\nx-mark: 1\r\n\r\n', ''],
    ['GET', '304', '304 Not Modified\r\nx-mark: 1\r\n\r\n', ''],
    ['GET', '307', '307 Go\r\nx-mark: 1\r\nlocation: /x\r\ncontent-length: 0\r\n\r\n', ''],
    ['GET', '400 of no bytes', '400 Bad\r\nx-mark: 1\r\ncontent-length: 0\r\n\r\n', ''],
    ['GET', '200 of no chunks', '200 OK\r\nx-mark: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n', ''],
    ['GET', '200', '200 OK\r\nx-mark: 1\r\ncontent-length: 5\r\n\r\nhello', 'hello'],
    ['GET', '200 in chunks', `200 OK\r\nx-mark: 1\r\n${CHUNKED}`, 'hello'],
    ['GET', '200 up to the close', '200 OK\r\nx-mark: 1\r\n\r\nhello', 'hello'],
    ['GET', '200 of nothing up to the close', '200 OK\r\nx-mark: 1\r\n\r\n', ''],
    ['GET', '500', '500 Oh\r\nx-mark: 1\r\ncontent-length: 5\r\n\r\nhello', 'hello'],
  ] as const) {
    for (const closes of name.includes('close') ? [true] : [false, true]) {
      it(`${method}, ${name}${closes ? ', and the upstream closes' : ''}`, async () => {
        answer = written;
        thenClose = closes;
        const requests = raw.requests.length;
        t.appender.hold();
        let came = '';
        try {
          const asking = rawRequest(
            t.port,
            (socket) => {
              socket.on('data', (chunk: Buffer) => (came += chunk.toString('latin1')));
              socket.write(
                `${method} /v1/files/a HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${KEY}\r\nconnection: close\r\n\r\n`,
              );
            },
            () => false,
          );
          await eventually('the upstream was asked', () => raw.requests.length > requests);
          await wait(25);
          assert.equal(came, '', 'released before the admission was durable');
          assert.equal(t.gate.inFlight, 1);
          t.appender.release();
          const { text, status } = await asking;
          assert.equal(status, Number(written.slice(0, 3)), text);
          assert.match(text, /\r\nx-mark: 1\r\n/);
          const index = Number(/\r\nx-portcullis-entry: (\d+)\r\n/.exec(text)?.[1] ?? NaN);
          const completed = await completionOfIndex(t, index);
          assert.deepEqual(
            [completed.outcome, completed.status, completed.response_bytes],
            [status >= 400 ? 'upstream_refused' : 'complete', status, body.length],
          );
          if (method === 'GET') assert.equal(text.includes('hello'), body !== '');
        } finally {
          t.appender.release();
        }
      });
    }
  }
});
