import assert from 'node:assert/strict';
import { findUsage, readUsage } from '../../../packages/server/src/gate/usage/usage.ts';
import { findUsageInTail } from '../../../packages/server/src/gate/usage/usage-tail.ts';
import { readFirstWins, readMembers } from '../oracles/read-members.ts';
import { choosing, texts } from '../oracles/seeds.ts';
import type { FuzzTarget } from '../target.ts';

const ANSWERS = texts(
  '{"id":"x","choices":[{"message":{"content":"\\"usage\\":{\\"prompt_tokens\\":0}}"}}],"usage":{"prompt_tokens":5,"completion_tokens":7}}',
  '{"usage":{"input_tokens":3,"output_tokens":4,"cache_creation_input_tokens":1},"content":[{"text":"{\\"usage\\":{}}"}]} \n',
  '{"data":[{"usage":{"prompt_tokens":1}}],"usage" : { "prompt_tokens" : 8 , "details" : [ "}" ] } , "x" : "\\\\"}',
  '{"a":{"usage":{"prompt_tokens":1}}}',
  '{"usage":{"prompt_tokens":5},"\\"usage":{"prompt_tokens":0}}',
);

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as never)
      : undefined;
  } catch {
    return undefined;
  }
}

function fuzz(input: Buffer): void {
  const shape = (input[0] ?? 0) % 2 === 0 ? 'openai' : 'anthropic';
  const bytes = input.subarray(1);
  for (const depth of [1, 2]) findUsageInTail(shape, bytes, depth);
  const text = bytes.toString('utf8');
  const value = parse(text);
  findUsage(shape, value);
  if (value === undefined || !Buffer.from(text).equals(bytes)) return;
  // Upstreams send each name once; what two of them mean is nobody's to say.
  if (readMembers(text).filter(({ name }) => name === 'usage').length > 1) return;
  if (JSON.stringify(readFirstWins(text)) !== JSON.stringify(value)) return;
  const true_ = readUsage(shape, value['usage']);
  for (let at = 0; at < bytes.length; at += 1 + (bytes.length >> 6)) {
    const found = findUsageInTail(shape, bytes.subarray(at), 1);
    if (found !== undefined) assert.deepEqual(found, true_, `the tail from byte ${at}`);
  }
}

export const target: FuzzTarget = {
  name: 'json-usage',
  holds: 'No tail of an answer gives another usage than the answer does, whatever a caller made it echo.',
  seeds: () => [0, 1].flatMap((choice) => choosing(choice, ANSWERS)),
  words: ['"usage":', '"usage":{"prompt_tokens":1}', '\\"', '\\\\', '"input_tokens":2', '}}', '{"'],
  fuzz,
};
