import assert from 'node:assert/strict';
import { createSseUsage } from '../../../packages/server/src/gate/usage/sse-usage.ts';
import { choosing, texts } from '../oracles/seeds.ts';
import type { FuzzTarget } from '../target.ts';

const STREAMS = texts(
  'data: {"choices":[{"delta":{"content":"é"}}]}\n\ndata: {"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":7}}\n\ndata: [DONE]\n\n',
  'event: message_start\r\ndata: {"type":"message_start","message":{"usage":{"input_tokens":3,"cache_read_input_tokens":2}}}\r\n\r\nevent: message_delta\r\ndata: {"usage":{"output_tokens":9}}\r\n\r\n',
  ': keep-alive\rdata:{"usage":\rdata: {"prompt_tokens":1}}\r\rdata\r\r',
  'data: {"type":"response.completed","response":{"usage":{"input_tokens":11,"output_tokens":12}}}\n\n\u00ff\n',
  'dataX: {"usage":{"prompt_tokens":1}}\n\ndata: {"text":"\\"usage\\":{\\"prompt_tokens\\":0}"}\n\n',
);
/** Stands for a run of text so long that an event is no longer kept whole. */
const LONG_MARK = 0xff;
const LONG = Buffer.alloc(400_000, 'a');
const LONG_RUNS_MAX = 4;

type Watched = { readonly usage: unknown; readonly events: number };

function watch(choice: number, chunks: Iterable<Buffer>): Watched {
  const usage = createSseUsage(choice % 2 === 0 ? 'openai' : 'anthropic');
  // A copy each: what is kept must not be the caller's memory that is written over later.
  for (const chunk of chunks) {
    const copy = Buffer.from(chunk);
    usage.push(copy);
  }
  return { usage: usage.usage, events: usage.events };
}

function lengthen(stream: Buffer): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (let runs = 0; runs < LONG_RUNS_MAX; runs++) {
    const at = stream.indexOf(LONG_MARK, from);
    if (at < 0) break;
    parts.push(stream.subarray(from, at), LONG);
    from = at + 1;
  }
  return Buffer.concat([...parts, stream.subarray(from)]);
}

function* cut(stream: Buffer, stepBytes: number): Generator<Buffer> {
  for (let at = 0; at < stream.length; at += stepBytes) yield stream.subarray(at, at + stepBytes);
}

function fuzz(input: Buffer): void {
  const choice = input[0] ?? 0;
  const stream = lengthen(input.subarray(1));
  const whole = watch(choice, [stream]);
  // Single bytes of a megabyte would take a second each.
  const steps = stream.length > 10_000 ? [65_536, 4_099] : [1, 2, 3, 1 + (choice >> 1)];
  for (const step of steps)
    assert.deepEqual(watch(choice, cut(stream, step)), whole, `cut every ${step} bytes`);
}

export const target: FuzzTarget = {
  name: 'sse-usage',
  holds: 'The usage of a stream is the same however its bytes are split.',
  seeds: () => [0, 1, 12].flatMap((choice) => choosing(choice, STREAMS)),
  words: ['data:', 'data: ', '\r\n', '\n\n', '\r', '"usage":{', '"prompt_tokens":', '"output_tokens":', ': '],
  fuzz,
};
