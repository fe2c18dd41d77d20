import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chat, completionOf, eventually, problem } from './ask.ts';
import { upstreamConfig } from './gate-config.ts';
import { type RawUpstream, startRawUpstream } from './raw-upstream.ts';
import { startTestGate } from './test-gate.ts';

const says = (status: string, more = ''): Promise<RawUpstream> =>
  startRawUpstream((socket) => socket.end(`HTTP/1.1 ${status}\r\n${more}content-length: 2\r\n\r\n{}`));

describe('the next upstream', () => {
  for (const status of ['401 No', '403 Not this model', '429 Full']) {
    it(`is asked at once after ${status}`, async () => {
      const first = await says(status);
      const t = await startTestGate({
        upstreams: (url) => [
          upstreamConfig('first', first.url, { attempts: 3 }),
          upstreamConfig('good', url),
        ],
      });
      const answer = await chat(t);
      assert.equal(answer.status, 200);
      const { upstream, attempts } = await completionOf(t, answer);
      assert.deepEqual([upstream, attempts, first.requests.length], ['good', 2, 1]);
      await Promise.all([t.close(), first.close()]);
    });

    it(`is not there: ${status} is the last word`, async () => {
      const only = await says(status);
      const t = await startTestGate({ upstreams: () => [upstreamConfig('only', only.url, { attempts: 3 })] });
      const answer = await chat(t);
      const own = status.startsWith('401');
      assert.equal(answer.status, own ? 502 : Number(status.slice(0, 3)));
      if (own) assert.equal((await problem(answer)).error.code, 'upstream_credentials');
      else assert.equal(await answer.text(), '{}');
      assert.equal(only.requests.length, 1);
      await Promise.all([t.close(), only.close()]);
    });
  }

  it('is not asked, nor the same again, once the caller left during a back-off', async () => {
    const failing = await says('503 Later', 'retry-after: 0.2\r\n');
    const t = await startTestGate({
      upstreams: (url) => [upstreamConfig('failing', failing.url), upstreamConfig('good', url)],
    });
    const leaving = new AbortController();
    const asking = chat(t, {}, {}, leaving.signal).catch(() => undefined);
    await eventually('the first try failed', () => failing.requests.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 60));
    leaving.abort();
    await asking;
    const [completed] = await t.entries('exchange.completed');
    assert.deepEqual([completed?.outcome, completed?.attempts], ['aborted', 1]);
    await new Promise((resolve) => setTimeout(resolve, 260));
    assert.deepEqual([failing.requests.length, t.upstream.seen.totals.requests], [1, 0]);
    await Promise.all([t.close(), failing.close()]);
  });
});
