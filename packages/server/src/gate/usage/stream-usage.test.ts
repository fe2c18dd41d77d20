import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createKeptResponse } from '../kept-response.ts';
import { createSseUsage } from './sse-usage.ts';
import { createStreamUsage } from './stream-usage.ts';

const LINES = [
  'data: {"usage":{"prompt_tokens":3,"completion_tokens":4}}',
  'data: {"usage": {"input_tokens":5,"output_tokens":6}}',
  'data:{"message":{"usage":{"input_tokens":7,"output_tokens":1}}}',
  'data: {"usage":null}',
  'data: {"x":"\\"usage\\":{"}',
  'data: {"usage":{"prompt_tokens":8}',
  'data: [DONE]',
  'data',
  'dataless: {"usage":{"prompt_tokens":9,"completion_tokens":9}}',
  'event: message_delta',
  ': a comment',
  'data: {"x":1,',
  '"usage":{"prompt_tokens":2,"completion_tokens":2}}',
  'data: "usage":{"prompt_tokens":2,"completion_tokens":2}}',
  '',
  '',
  '',
];

test('a stream that is kept, in whole or in part, has the usage and the events that reading every chunk finds', () => {
  const stream = fc.array(
    fc.tuple(fc.constantFrom(...LINES), fc.constantFrom('\n', '\n', '\n', '\n', '\r\n')),
    {
      maxLength: 30,
    },
  );
  const property = fc.property(
    stream,
    fc.integer({ min: 1, max: 200 }),
    fc.integer({ min: 0, max: 2000 }),
    fc.constantFrom('openai', 'anthropic'),
    (lines, chunkBytes, bytesMax, shape) => {
      const bytes = Buffer.from(lines.map(([line, end]) => line + end).join(''));
      const response = createKeptResponse({ bytes: 0, bytesMax: 1e6 }, bytesMax);
      const stream = createStreamUsage(shape, response);
      const every = createSseUsage(shape);
      for (let at = 0; at < bytes.length; at += chunkBytes) {
        const chunk = bytes.subarray(at, at + chunkBytes);
        response.push(chunk);
        stream.push(chunk);
        every.push(chunk);
      }
      assert.deepEqual(stream.usage, every.usage);
      assert.equal(stream.events, every.events);
    },
  );
  fc.assert(property, { numRuns: 3000 });
});
