import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createSseUsage } from './sse-usage.ts';
import type { TokenUsage } from './usage.ts';

const EOLS = ['\n', '\r\n', '\r'] as const;

/** Frames as upstreams send them and as they never should, with the usage among them. */
const stream = fc
  .record({
    eol: fc.constantFrom(...EOLS),
    before: fc.array(fc.constantFrom('token', 'comment', 'utf8', 'multi', 'id', 'fake'), { maxLength: 8 }),
    after: fc.array(fc.constantFrom('token', 'comment', 'multi'), { maxLength: 3 }),
    input: fc.nat(1e6),
    output: fc.nat(1e6),
    multi: fc.boolean(),
    space: fc.boolean(),
  })
  .map((given) => {
    const { eol, input, output } = given;
    const data = given.space ? 'data: ' : 'data:';
    const frame = (kind: string): string => {
      if (kind === 'comment') return `: keep-alive "usage":{}${eol}${eol}`;
      if (kind === 'id')
        return `event: message${eol}id: 7${eol}retry: 10${eol}${data}{"choices":[]}${eol}${eol}`;
      if (kind === 'multi') return `${data}{"choices":${eol}${data}[],"x":"é"}${eol}${eol}`;
      if (kind === 'utf8') return `${data}{"choices":[{"delta":{"content":"жизнь 🚪 \\u2028"}}]}${eol}${eol}`;
      if (kind === 'fake')
        return `${data}{"choices":[{"delta":{"content":"\\"usage\\":{\\"prompt_tokens\\":9}"}}],"usage":null}${eol}${eol}`;
      return `${data}{"choices":[{"delta":{"content":"a"}}]}${eol}${eol}`;
    };
    const usage = `"usage":{"prompt_tokens":${input},"completion_tokens":${output}}`;
    const last = given.multi
      ? `${data}{"choices":[],${eol}${data}${usage}}${eol}${eol}`
      : `${data}{"choices":[],${usage}}${eol}${eol}`;
    const text = [...given.before.map(frame), last, ...given.after.map(frame), `${data}[DONE]${eol}${eol}`];
    return { bytes: Buffer.from(text.join('')), usage: { inputTokens: input, outputTokens: output } };
  });

function read(bytes: Buffer, cuts: readonly number[], shape: 'openai' | 'anthropic' = 'openai') {
  const scanner = createSseUsage(shape);
  let from = 0;
  for (const to of [...cuts, bytes.length]) {
    // A copy: a scanner that kept a view beyond the call would be found out when the source is overwritten.
    const chunk = Buffer.from(bytes.subarray(from, to));
    scanner.push(chunk);
    from = to;
  }
  return scanner;
}

describe('usage in a stream', () => {
  it('is found under every split of frames, inside UTF-8, CRLF, comments and multi-line data', () => {
    fc.assert(
      fc.property(
        stream,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }),
        (s, at) => {
          const cuts = at.map((part) => Math.floor(part * s.bytes.length)).sort((a, b) => a - b);
          const whole = read(s.bytes, []);
          const split = read(s.bytes, cuts);
          assert.deepEqual(split.usage, s.usage);
          assert.deepEqual(whole.usage, s.usage);
          assert.equal(split.events, whole.events);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('is found byte by byte and at every single cut', () => {
    const [sample] = fc.sample(stream, { numRuns: 1, seed: 11 });
    assert.ok(sample);
    const every = Array.from({ length: sample.bytes.length }, (_, i) => i);
    assert.deepEqual(read(sample.bytes, every).usage, sample.usage);
    for (const cut of every) assert.deepEqual(read(sample.bytes, [cut]).usage, sample.usage);
  });

  it('is found at every single cut of multi-line data, whatever ends the lines', () => {
    for (const eol of EOLS) {
      const text = `event: x${eol}data: {"choices":[],${eol}data: "usage":{"prompt_tokens":7,${eol}data: "completion_tokens":8}}${eol}${eol}`;
      const bytes = Buffer.from(text);
      for (let cut = 0; cut <= bytes.length; cut++) {
        const { usage, events } = read(bytes, [cut]);
        assert.deepEqual(
          { usage, events },
          { usage: { inputTokens: 7, outputTokens: 8 }, events: 1 },
          `${JSON.stringify(eol)} at ${cut}`,
        );
      }
    }
  });

  it('reads Anthropic’s message_start and message_delta together, every kind of input counted', () => {
    const start = {
      type: 'message_start',
      message: {
        usage: {
          input_tokens: 5,
          cache_read_input_tokens: 100,
          cache_creation_input_tokens: 20,
          output_tokens: 1,
        },
      },
    };
    const delta = { type: 'message_delta', delta: {}, usage: { output_tokens: 42 } };
    const text = [start, delta]
      .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
      .join('');
    const expected: TokenUsage = { inputTokens: 125, outputTokens: 42 };
    assert.deepEqual(read(Buffer.from(text), [10, 55], 'anthropic').usage, expected);
  });

  it('reads response.completed, also where it is larger than what is kept of an event', () => {
    const usage = { input_tokens: 3, output_tokens: 4 };
    const event = {
      type: 'response.completed',
      response: { output: 'x'.repeat(3_000_000), usage, user: null },
    };
    const bytes = Buffer.from(`data: ${JSON.stringify(event)}\n\n`);
    const cuts = Array.from({ length: 40 }, (_, i) => (i + 1) * 70_000);
    assert.deepEqual(read(bytes, cuts).usage, { inputTokens: 3, outputTokens: 4 });
    assert.deepEqual(read(bytes, []).usage, { inputTokens: 3, outputTokens: 4 });
  });

  it('does not count what is unfinished or no whole number', () => {
    assert.equal(read(Buffer.from('data: {"usage":{"prompt_tokens":1}}\n'), []).usage, undefined);
    assert.equal(read(Buffer.from('data: {"usage":{"prompt_tokens":-1}}\n\n'), []).usage, undefined);
    assert.equal(read(Buffer.from('data: {"usage":\n\n'), []).usage, undefined);
  });
});
