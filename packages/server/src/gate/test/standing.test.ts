import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { CHAT, chat, completionOf, eventually, MESSAGES, post, problem, wait } from './ask.ts';
import { KEY, startTestGate, type TestGate } from './test-gate.ts';

describe('standing', () => {
  let t: TestGate;
  before(async () => {
    t = await startTestGate({
      config: { standing: { slow: { delayMs: 120, limitsFactor: 0.5 }, plain: 'strip' } },
    });
  });
  afterEach(() => t.account({ standing: 'open', case: null, limits: {} }));
  after(() => t.close());

  it('hold: 403 with a code, the case and how to be heard, in both shapes, recorded as refused', async () => {
    t.account({ standing: 'hold', case: 'case-12' });
    const openai = await chat(t);
    const first = await problem(openai);
    assert.deepEqual(
      [openai.status, first.error.code, first.error['case']],
      [403, 'account_on_hold', 'case-12'],
    );
    assert.match(first.error.message, /appeals@example\.org/);
    const anthropic = await post(t, '/v1/messages', MESSAGES);
    const second = await problem(anthropic);
    assert.deepEqual([anthropic.status, second.type, second.error.type], [403, 'error', 'permission_error']);
    assert.equal(second.error.code, 'account_on_hold');
    assert.equal(t.upstream.seen.totals.requests, 0);
    await t.entries('exchange.refused', 2);
  });

  it('held and closed accounts see no models, others a limited number of times; receipts stay theirs', async () => {
    const get = async (path: string): Promise<[number, string]> => {
      const answer = await fetch(`${t.url}${path}`, { headers: { 'x-api-key': KEY } });
      return [answer.status, answer.ok ? '' : (await problem(answer)).error.code];
    };
    for (const standing of ['hold', 'closed'] as const) {
      t.account({ standing });
      const code = standing === 'hold' ? 'account_on_hold' : 'account_closed';
      assert.deepEqual(await get('/v1/models'), [403, code]);
      assert.deepEqual(await get('/v1/models/practice-small'), [403, code]);
      assert.deepEqual(await get('/receipts/0'), [404, 'receipt_not_found']);
    }
    await untilMinuteIsYoung();
    t.account({ standing: 'open', slot: 9, limits: { requestsPerMinute: 2, tokensPerDay: 0 } });
    const seen = [await get('/v1/models'), await get('/v1/models/practice-small'), await get('/v1/models')];
    assert.deepEqual(seen, [
      [200, ''],
      [200, ''],
      [429, 'rate_limit_exceeded'],
    ]);
    t.account({ slot: 0 });
  });

  it('closed: 403, final', async () => {
    t.account({ standing: 'closed', case: 'case-13' });
    const answer = await chat(t);
    const { error } = await problem(answer);
    assert.deepEqual([answer.status, error.code], [403, 'account_closed']);
    assert.match(error.message, /final/);
  });

  it('lets a running exchange finish when its account is closed, and refuses the next', async () => {
    const running = await chat(
      t,
      { 'x-practice-fault': 'delay-token-ms=20,long-stream-tokens=10' },
      { stream: true },
    );
    t.account({ standing: 'closed' });
    assert.equal((await chat(t)).status, 403);
    assert.match(await running.text(), /\[DONE\]/);
    assert.equal((await completionOf(t, running)).outcome, 'complete');
  });

  it('slow: a delay and lower limits; a caller who leaves while waiting is forgotten', async () => {
    await untilMinuteIsYoung();
    t.account({ standing: 'slow', slot: 8, limits: { requestsPerMinute: 6 } });
    const at = performance.now();
    assert.equal((await chat(t)).status, 200);
    assert.ok(performance.now() - at >= 115);
    const statuses = await Promise.all(Array.from({ length: 6 }, async () => (await chat(t)).status));
    assert.equal(statuses.filter((status) => status === 200).length, 2, 'half of six, and one was before');
    const over = await problem(await chat(t));
    assert.match(over.error.message, /Limit requests-minute: 3 requests/);
    t.account({ slot: 0 });
    const before = t.upstream.seen.totals.requests;
    const controller = new AbortController();
    const leaving = fetch(`${t.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'x-api-key': 'pk-test-alice' },
      body: JSON.stringify(CHAT),
      signal: controller.signal,
    }).catch(() => undefined);
    await wait(40);
    controller.abort();
    await leaving;
    await wait(150);
    assert.equal(t.upstream.seen.totals.requests, before);
    await eventually('its body left memory', () =>
      t.gate.metrics().includes('portcullis_request_bodies_bytes 0'),
    );
  });

  it('plain, strip: extras are taken out, the rest goes on, and the ledger has what was really sent in', async () => {
    t.account({ standing: 'plain' });
    const extras = { logprobs: true, top_logprobs: 3, logit_bias: { '5': -100 }, n: 3 };
    const answer = await chat(t, {}, extras);
    const body = (await answer.json()) as { choices: { logprobs: unknown }[] };
    assert.equal(body.choices.length, 1);
    assert.ok(body.choices.every((choice) => choice.logprobs === null || choice.logprobs === undefined));
    const index = Number(answer.headers.get('x-portcullis-entry'));
    const recorded = Buffer.from(t.content(index)['request'] ?? []).toString();
    assert.equal(recorded, JSON.stringify({ ...CHAT, ...extras }));
    const untouched = await chat(t, {}, { n: 1, logprobs: false });
    await untouched.text();
    const sent = t.upstream.seen.requests.at(-1);
    assert.equal(sent?.bodyBytes, JSON.stringify({ ...CHAT, n: 1, logprobs: false }).length);
  });

  it('plain, refuse: a clear error that names the field and the rule', async () => {
    const refusing = await startTestGate({
      config: { standing: { slow: { delayMs: 0, limitsFactor: 1 }, plain: 'refuse' } },
    });
    refusing.account({ standing: 'plain' });
    for (const extra of [
      { logprobs: true },
      { top_logprobs: 2 },
      { logit_bias: { '1': 1 } },
      { n: 2 },
      { best_of: 2 },
      { include: ['message.output_text.logprobs'] },
    ]) {
      const answer = await chat(refusing, {}, extra);
      const { error } = await problem(answer);
      assert.deepEqual(
        [answer.status, error.code, error.param],
        [403, 'sampling_not_allowed', Object.keys(extra)[0]],
      );
      assert.match(error.message, /plain/);
    }
    assert.equal((await chat(refusing)).status, 200);
    await refusing.close();
  });
});

describe('budgets of an account', () => {
  let t: TestGate;
  before(async () => {
    t = await startTestGate();
  });
  afterEach(() => t.account({ limits: {} }));
  after(() => t.close());

  it('429 names the limit, its window and what is left, with retry-after and the API’s own headers', async () => {
    t.account({ limits: { requestsPerMinute: 0 } });
    const openai = await chat(t);
    const first = await problem(openai);
    assert.deepEqual(
      [openai.status, first.error.code, first.error['limit']],
      [429, 'rate_limit_exceeded', 'requests-minute'],
    );
    assert.match(first.error.message, /0 requests a minute, 0 left/);
    assert.ok(Number(openai.headers.get('retry-after')) >= 1);
    assert.equal(openai.headers.get('x-ratelimit-limit-requests'), '0');
    const anthropic = await post(t, '/v1/messages', MESSAGES);
    assert.equal(anthropic.headers.get('anthropic-ratelimit-requests-limit'), '0');
    assert.equal((await problem(anthropic)).error.type, 'rate_limit_error');
  });

  it('what is reserved is settled with what was really used', async () => {
    const limits = { tokensPerDay: 100_000 };
    t.account({ limits });
    const answer = await chat(t, {}, { max_tokens: 50_000 });
    const { usage } = (await answer.json()) as { usage: { total_tokens: number } };
    await completionOf(t, answer);
    const refused = await chat(t, {}, { max_tokens: 200_000 });
    const { error } = await problem(refused);
    assert.equal(error['limit'], 'tokens-day');
    assert.ok(Number(error['left']) <= 100_000 - usage.total_tokens);
    assert.ok(Number(error['left']) > 95_000, `only ${String(error['left'])} are left`);
    assert.match(error.message, /alone is over the limit/);
  });

  it('are not overrun by requests at once', async () => {
    await untilMinuteIsYoung();
    const used = (await t.entries('exchange.admitted', 0)).length;
    t.account({ slot: 5, limits: { requestsPerMinute: 7 } });
    const statuses = await Promise.all(Array.from({ length: 30 }, async () => (await chat(t)).status));
    assert.equal(statuses.filter((status) => status === 200).length, 7);
    assert.equal((await t.entries('exchange.admitted', used + 7)).length, used + 7);
    t.account({ slot: 6, limits: { tokensPerMinute: 2_500 } });
    const held = await Promise.all(
      Array.from(
        { length: 10 },
        async () =>
          (await chat(t, { 'x-practice-fault': 'delay-headers-ms=200' }, { max_tokens: 1_000 })).status,
      ),
    );
    assert.equal(
      held.filter((status) => status === 200).length,
      2,
      'reserved tokens count before they are used',
    );
    t.account({ slot: 0 });
  });
});

/** Windows are the clock's minutes: a test that counts must not run over their edge. */
async function untilMinuteIsYoung(): Promise<void> {
  const leftMs = 60_000 - (Date.now() % 60_000);
  if (leftMs < 2_000) await wait(leftMs + 10);
}
