import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { AccountState } from '../../accounts/account.ts';
import { CHAT, chat, eventually, problem } from './ask.ts';
import { type RawAnswer, rawRequest } from './raw-request.ts';
import { KEY, startTestGate, type TestGate } from './test-gate.ts';

const BODY = JSON.stringify({ ...CHAT, logprobs: true });
const HEAD = `POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${KEY}\r\nconnection: close\r\ncontent-type: application/json\r\n`;
const DELAY_MS = 150;

describe('what is decided while a request is on its way', () => {
  let t: TestGate;
  before(async () => {
    t = await startTestGate({
      config: { standing: { slow: { delayMs: DELAY_MS, limitsFactor: 1 }, plain: 'strip' } },
    });
  });
  after(() => t.close());
  beforeEach(() => {
    t.account({ standing: 'open', limits: {} });
    revoke(false);
  });

  const revoke = (revoked: boolean): void =>
    t.ports.snapshot.apply([
      { kind: 'key', sha256: hash('sha256', KEY), key: { key: 'key-alice', account: 'alice', revoked } },
    ]);
  const bodyBytes = (): number => Number(/request_bodies_bytes (\d+)/.exec(t.gate.metrics())?.[1]);

  /** The rest of the body is sent after `change`, which comes when the gate has its first bytes. */
  const changeAtBody = (change: () => void): Promise<RawAnswer> =>
    rawRequest(t.port, (socket) => {
      socket.write(`${HEAD}content-length: ${BODY.length}\r\n\r\n${BODY.slice(0, 10)}`);
      void eventually('the body began', () => bodyBytes() === 10).then(() => {
        change();
        socket.write(BODY.slice(10));
      });
    });

  const refusals: [string, number, string, () => void][] = [
    ['hold', 403, 'account_on_hold', () => t.account({ standing: 'hold' })],
    ['closed', 403, 'account_closed', () => t.account({ standing: 'closed' })],
    ['a revoked key', 401, 'invalid_api_key', () => revoke(true)],
    ['lower limits', 429, 'rate_limit_exceeded', () => t.account({ limits: { requestsPerMinute: 0 } })],
  ];
  for (const [name, status, code, change] of refusals) {
    it(`${name}: refuses a request whose body was still coming, and calls no upstream`, async () => {
      const before = t.upstream.seen.totals.requests;
      const answer = await changeAtBody(change);
      assert.equal(answer.status, status, answer.text);
      assert.match(answer.text, new RegExp(`"code":"${code}"`));
      assert.equal(t.upstream.seen.totals.requests, before);
      assert.equal(bodyBytes(), 0);
    });
  }

  it('plain: takes the extras out of it, and the entry says so', async () => {
    const answer = await changeAtBody(() => t.account({ standing: 'plain' }));
    assert.equal(answer.status, 200);
    assert.equal(t.upstream.seen.requests.at(-1)?.bodyBytes, JSON.stringify(CHAT).length);
    assert.equal(
      t.appender
        .entries()
        .filter((entry) => entry.type === 'exchange.admitted')
        .at(-1)?.standing,
      'plain',
    );
  });

  it('slow: delays it', async () => {
    const at = performance.now();
    assert.equal((await changeAtBody(() => t.account({ standing: 'slow' }))).status, 200);
    assert.ok(performance.now() - at >= DELAY_MS - 2);
  });

  /** The change comes while the gate holds the whole request back. */
  const changeInDelay = async (change: Partial<AccountState>): Promise<Response> => {
    t.account({ standing: 'slow' });
    const answer = chat(t, {}, { logprobs: true });
    await eventually('it is held back', () => bodyBytes() === BODY.length);
    t.account(change);
    return answer;
  };

  it('reaches a request that is being delayed, too', async () => {
    const before = t.upstream.seen.totals.requests;
    const held = await changeInDelay({ standing: 'hold' });
    assert.deepEqual([held.status, (await problem(held)).error.code], [403, 'account_on_hold']);
    assert.equal(t.upstream.seen.totals.requests, before);
    assert.equal(bodyBytes(), 0);
    const plain = await changeInDelay({ standing: 'plain' });
    assert.equal(plain.status, 200);
    await plain.text();
    assert.equal(t.upstream.seen.requests.at(-1)?.bodyBytes, JSON.stringify(CHAT).length);
  });
});
