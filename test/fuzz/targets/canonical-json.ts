import assert from 'node:assert/strict';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { canonicalBytes, type Json, RecordError } from '@portcullis/record';
import { readCanonical, readJson } from '../../../packages/verify/src/strict-json.ts';
import { VerifyError } from '../../../packages/verify/src/verify-error.ts';
import { outcomeOf } from '../oracles/outcome.ts';
import { readFirstWins, readLastWins } from '../oracles/read-members.ts';
import { texts, vectors } from '../oracles/seeds.ts';
import type { FuzzTarget } from '../target.ts';

/** Nesting that the writer allows; the verifier allows more. */
const DEPTH_MAX = 16;

function parse(text: string): { value: Json } | undefined {
  try {
    JSON.parse(text);
    return { value: readLastWins(text) as Json };
  } catch {
    return undefined;
  }
}

function depthOf(value: Json): number {
  return typeof value === 'object' && value !== null
    ? 1 + Math.max(0, ...Object.values(value).map((each) => depthOf(each as Json)))
    : 0;
}

function fuzz(input: Buffer): void {
  const text = input.toString('utf8');
  const isUtf8 = Buffer.from(text).equals(input);
  const parsed = isUtf8 ? parse(text) : undefined;
  const strict = outcomeOf(VerifyError, () => readCanonical(input, 'It'));
  const loose = outcomeOf(VerifyError, () => readJson(input, 'It'));
  if (parsed === undefined) {
    assert.ok('refused' in strict && 'refused' in loose, 'verify reads what is no JSON');
    return;
  }
  const { value } = parsed;
  if (depthOf(value) > DEPTH_MAX) return;
  const spelt = outcomeOf(RecordError, () => canonicalBytes(value));
  const isCanonical = 'value' in spelt && input.equals(spelt.value);
  assert.equal('value' in strict, isCanonical, 'record and verify disagree on what is canonical');
  if (isCanonical) assert.equal(canonicalize(value), text, 'another opinion on RFC 8785 differs');
  if ('refused' in loose) return;
  assert.equal(JSON.stringify(loose.value), JSON.stringify(value), 'verify reads another value');
  assert.deepEqual(readFirstWins(text), value, 'verify lets a name stand twice');
}

export const target: FuzzTarget = {
  name: 'canonical-json',
  holds:
    'Three implementations agree on what canonical JSON is, and the verifier reads JSON as JSON.parse does.',
  seeds: () => [
    ...vectors('entries/finding.v1.json', 'bundles/v1/bundle/range.json', 'record/v1/commitment.json'),
    ...texts(
      '{"\\u0000":1e-7,"a":[1e21,-1,0.1,333333333.3333333],"\u20ac":"\\b\\f\\n\\r\\t\\"\\\\\\u001f\u2028","\ud83d\ude00":null,"\ufb33":true}',
      '{"__proto__":{"a":1},"constructor":2,"toString":[]}',
      '{"a":1,"a":2}',
      '"\\ud800"',
    ),
  ],
  words: ['"__proto__":', '\\u', '1e', '-0', 'e+21', '"a":', '[[', '\\ud800', 'null', 'true'],
  inputs: fc
    .oneof(fc.json({ maxDepth: 4 }), fc.json({ stringUnit: 'binary' }))
    .map((text) => Buffer.from(text)),
  fuzz,
};
