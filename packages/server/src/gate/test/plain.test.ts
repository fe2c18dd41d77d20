import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { chat, post, problem } from './ask.ts';
import { upstreamConfig } from './gate-config.ts';
import { type RawUpstream, startRawUpstream } from './raw-upstream.ts';
import { KEY, startTestGate, type TestGate } from './test-gate.ts';

const LOGPROBS = 'message.output_text.logprobs';

describe('standing plain, at every endpoint', () => {
  let t: TestGate;
  let raw: RawUpstream;
  before(async () => {
    raw = await startRawUpstream((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'));
    t = await startTestGate({
      gate: { allowPaths: ['/v1/responses', '/v1/other'] },
      upstreams: () => [upstreamConfig('raw', raw.url)],
    });
    t.account({ standing: 'plain' });
  });
  after(async () => {
    await t.close();
    await raw.close();
  });

  /** What the upstream got of a request's body. */
  const sent = async (path: string, body: string, contentType = 'application/json'): Promise<string> => {
    const answer = await post(t, path, body, { 'content-type': contentType });
    assert.equal(answer.status, 200, await answer.text());
    return (raw.requests.at(-1) ?? '').split('\r\n\r\n').slice(1).join('\r\n\r\n');
  };
  const refused = async (answer: Response, status: number, code: string): Promise<void> =>
    assert.deepEqual([answer.status, (await problem(answer)).error.code], [status, code]);

  it('cuts extras out and leaves every other byte as it came', async () => {
    const kept =
      '"model":"m", "seed": 18446744073709551615,"top_p":1.0, "messages":[{"n":2,"logprobs":true}]';
    assert.equal(
      await sent('/v1/chat/completions', `{"n":3,${kept},"logprobs":true,"top_logprobs":0}`),
      `{${kept}}`,
    );
    assert.equal(await sent('/v1/chat/completions', `{${kept}}`), `{${kept}}`);
  });

  it('completions: `logprobs: 0` tells a probability, too', async () => {
    const stripped = await sent(
      '/v1/completions',
      '{"model":"m","prompt":"a","logprobs":0,"best_of":2,"n":2}',
    );
    assert.equal(stripped, '{"model":"m","prompt":"a"}');
  });

  it('responses: of `include` only the log probabilities go', async () => {
    const stripped = await sent(
      '/v1/responses',
      `{"model":"m","input":"a","include":["reasoning.encrypted_content","${LOGPROBS}"],"top_logprobs":3}`,
    );
    assert.equal(stripped, '{"model":"m","input":"a","include":["reasoning.encrypted_content"]}');
  });

  it('what other servers call it, spelt in whatever case', async () => {
    for (const extra of [
      '"prompt_logprobs":0',
      '"n_probs":5',
      '"allowed_token_ids":[1,2]',
      '"use_beam_search":true',
    ]) {
      assert.equal(
        await sent('/v1/completions', `{"model":"m","prompt":"a",${extra}}`),
        '{"model":"m","prompt":"a"}',
      );
    }
    await refused(await chat(t, {}, { Prompt_Logprobs: 1 }), 400, 'duplicate_field');
  });

  it('another spelling of an endpoint is not passed through', async () => {
    const before = raw.requests.length;
    for (const path of [
      '/v1/responses/',
      '/v1/responses//',
      '/v1/Responses',
      '/v1/%72esponses',
      '/v1/responses%20',
      '/v1/responses/%',
    ])
      await refused(await post(t, path, { model: 'm', input: 'a' }), 404, 'not_found');
    assert.equal(raw.requests.length, before);
    const stored = await fetch(`${t.url}/v1/responses/resp_1`, {
      headers: { authorization: `Bearer ${KEY}` },
    });
    assert.equal(stored.status, 200);
  });

  it('nothing is asked for in the address', async () => {
    const get = (query: string) =>
      fetch(`${t.url}/v1/responses/resp_1?${query}`, { headers: { authorization: `Bearer ${KEY}` } });
    for (const query of [
      `include[]=${LOGPROBS}`,
      `include%5B%5D=message.output_text.log%70robs`,
      'top_logprobs=2',
    ])
      await refused(await get(query), 403, 'sampling_not_allowed');
    assert.equal((await get('include[]=usage')).status, 200);
    await refused(
      await post(t, `/v1/responses?include=${LOGPROBS}`, { model: 'm', input: 'a' }),
      403,
      'sampling_not_allowed',
    );
  });

  it('JSON on a passed-through path is read, whatever it says it is; a form is not', async () => {
    const body = `{"input":"a","include":["${LOGPROBS}"]}`;
    for (const type of ['text/plain', 'application/octet-stream', 'multipart/form-data; boundary=x'])
      assert.equal(await sent('/v1/other', body, type), '{"input":"a","include":[]}');
    await refused(
      await post(t, '/v1/other', `\ufeff${body}`, { 'content-type': 'text/plain' }),
      400,
      'invalid_json',
    );
    const form = '--x\r\n\r\nn=2\r\n--x--';
    assert.equal(await sent('/v1/other', form, 'multipart/form-data; boundary=x'), form);
    t.account({ standing: 'open' });
    assert.equal(await sent('/v1/other', body, 'text/plain'), body, 'in standing open nothing is touched');
    t.account({ standing: 'plain' });
  });
});
