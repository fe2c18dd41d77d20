import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEntry, type EntryNamed, utf8 } from '@portcullis/record';
import { trafficFromExchange } from './traffic-from-exchange.ts';

const NOW_MS = Date.UTC(2026, 10, 23);

function admitted(): { entry: EntryNamed<'exchange.admitted'>; index: number } {
  const entry = createEntry('exchange.admitted', NOW_MS, {
    exchange: 'x-1',
    account: 'a-1',
    key: 'k-1',
    endpoint: '/v1/chat/completions',
    model: 'm',
    stream: false,
    standing: 'open',
    request_bytes: 1,
    commitments: {},
  });
  return { entry, index: 7 };
}

function completed(source: 'reported' | 'none' = 'reported'): EntryNamed<'exchange.completed'> {
  return createEntry('exchange.completed', NOW_MS + 5, {
    exchange: 'x-1',
    account: 'a-1',
    admitted: 7,
    outcome: 'complete',
    status: 200,
    upstream: 'u',
    attempts: 1,
    usage: { input_tokens: 3, output_tokens: 4, source },
    response_bytes: 2,
    response_kept_bytes: 2,
    first_byte_ms: 1,
    duration_ms: 2,
    commitments: {},
  });
}

function traffic(body: unknown, source: 'reported' | 'none' = 'reported') {
  const request = typeof body === 'string' ? utf8(body) : utf8(JSON.stringify(body));
  return trafficFromExchange(admitted(), completed(source), { request }, null);
}

test('the prompt is the last text the caller wrote, in every API', () => {
  const chat = traffic({
    messages: [
      { role: 'system', content: 'S' },
      { role: 'user', content: 'one' },
      { role: 'assistant', content: 'two' },
      {
        role: 'user',
        content: [{ type: 'text', text: 'three' }, { type: 'image_url' }, { type: 'text', text: 'four' }],
      },
    ],
  });
  assert.equal(chat.prompt, 'three\nfour');
  assert.equal(chat.system, 'S');
  assert.equal(chat.messages?.length, 4);
  const anthropic = traffic({
    system: [{ type: 'text', text: 'S2' }],
    messages: [{ role: 'user', content: 'hi' }],
  });
  assert.deepEqual([anthropic.prompt, anthropic.system], ['hi', 'S2']);
  assert.equal(traffic({ input: 'plain input', instructions: 'I' }).prompt, 'plain input');
  assert.equal(
    traffic({ input: [{ role: 'user', content: [{ type: 'input_text', text: 'part' }] }] }).prompt,
    'part',
  );
  assert.equal(traffic({ prompt: ['a', 'b'] }).prompt, 'a\nb');
});

test('a body of wrong types is read as far as it goes and never throws', () => {
  assert.equal(traffic('not json').prompt, 'not json');
  assert.equal(traffic({ messages: [null, 3, { role: 1 }, { role: 'user' }] }).prompt, '');
  assert.equal(traffic([1, 2]).prompt, '[1,2]');
  assert.deepEqual(traffic({ n: 'many', max_tokens: 5, logit_bias: [] }).params, { max_tokens: 5 });
});

test('token counts that nobody reported are null, not zero', () => {
  assert.equal(traffic({ prompt: 'x' }, 'none').inputTokens, null);
  assert.equal(traffic({ prompt: 'x' }).inputTokens, 3);
});
