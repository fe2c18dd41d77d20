import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findUsageInTail } from './usage-tail.ts';

const tail = (text: string, bytes = 16_384) => Buffer.from(text).subarray(-bytes);

describe('usage in the tail of an answer', () => {
  it('is found without the front', () => {
    const body = JSON.stringify({
      data: [{ embedding: 'A'.repeat(100_000) }],
      model: 'm',
      usage: { prompt_tokens: 8, total_tokens: 8, details: { a: [1, { b: '}' }] } },
      system: { note: 'a "quoted" \\ one' },
    });
    assert.deepEqual(findUsageInTail('openai', tail(body), 1), { inputTokens: 8, outputTokens: null });
    assert.deepEqual(findUsageInTail('openai', tail(`${body}\n  `), 1), {
      inputTokens: 8,
      outputTokens: null,
    });
  });

  it('is not taken from text or from keys that a caller could have written', () => {
    const fake = '{"usage":{"prompt_tokens":0}}';
    const echoes = [
      { text: fake, usage: { prompt_tokens: 5 } },
      { usage: { prompt_tokens: 5 }, text: fake },
      { usage: { prompt_tokens: 5 }, text: '\\"usage":{"prompt_tokens":0}' },
      { usage: { prompt_tokens: 5 }, tools: [{ properties: { usage: { prompt_tokens: 0 } } }] },
      { usage: { prompt_tokens: 5 }, '\\"usage': { prompt_tokens: 0 } },
    ];
    for (const echo of echoes) {
      const found = findUsageInTail('openai', tail(JSON.stringify(echo)), 1);
      assert.deepEqual(found, { inputTokens: 5, outputTokens: null }, JSON.stringify(echo));
    }
  });

  it('is absent where there is none', () => {
    assert.equal(findUsageInTail('openai', tail('{"a":1}'), 1), undefined);
    assert.equal(findUsageInTail('openai', tail('{"usage":null}'), 1), undefined);
    assert.equal(findUsageInTail('openai', tail('"usage":{'), 1), undefined);
  });
});
