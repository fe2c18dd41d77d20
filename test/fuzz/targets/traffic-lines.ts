import assert from 'node:assert/strict';
import { createHunt, type Traffic } from '@portcullis/detection';
import fc from 'fast-check';
import { createTrafficLines } from '../../../packages/server/src/hunt/traffic-lines.ts';
import { choosing, texts } from '../oracles/seeds.ts';
import type { FuzzTarget } from '../target.ts';

/** All exchanges of these bytes that come in pieces of `step`. */
function read(bytes: Buffer, step: number) {
  const lines = createTrafficLines(
    (line) => line,
    () => undefined,
  );
  const exchanges: Traffic[] = [];
  for (let at = 0; at < bytes.length; at += step) {
    lines.push(bytes.subarray(at, at + step));
    for (let one = lines.next(); one !== undefined; one = lines.next()) exchanges.push(one);
  }
  const last = lines.rest();
  if (last !== undefined) exchanges.push(last);
  return { exchanges, reading: lines.reading };
}

/** The rules of docs/hunting.md, written down a second time: what the line of a number says. */
function lineOf(bytes: Buffer, number: number): Record<string, unknown> {
  const line =
    bytes
      .toString('utf8')
      .replace(/^\ufeff/, '')
      .split('\n')[number - 1] ?? '';
  return JSON.parse(line) as Record<string, unknown>;
}

const isSeconds = (value: unknown): boolean =>
  typeof value === 'number' && value >= 0 && value < 253_402_300_800;
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

function judge(one: Traffic, bytes: Buffer): void {
  const line = lineOf(bytes, one.ref);
  assert.deepEqual([one.time, one.account], [(line['time'] as number) + 0, line['account']]);
  assert.ok(isSeconds(one.time) && one.account !== '' && one.account.length <= 256);
  if (typeof line['prompt'] === 'string') assert.equal(one.prompt, line['prompt'].slice(0, 262_144));
  assert.ok(one.inputTokens === null || isCount(one.inputTokens));
  assert.ok(one.outputTokens === null || isCount(one.outputTokens));
  assert.ok(one.created === null || isSeconds(one.created));
  assert.ok((one.messages ?? []).every((each) => typeof each.content === 'string'));
  for (const bias of Object.values(one.params?.logit_bias ?? {})) assert.ok(Number.isFinite(bias));
  assert.equal(Object.getPrototypeOf(one), Object.prototype);
}

function fuzz(input: Buffer): void {
  const step = 1 + (input[0] ?? 0);
  const bytes = input.subarray(1);
  const whole = read(bytes, Math.max(1, bytes.length));
  assert.deepEqual(read(bytes, step), whole, 'lines depend on how the bytes were cut');
  const { lines, exchanges, blank, broken } = whole.reading;
  assert.equal(lines, exchanges + blank + broken);
  for (const one of whole.exchanges) judge(one, bytes);
  const hunt = createHunt({ alpha: 0.01, seed: 1 });
  for (const one of whole.exchanges) hunt.observeBenign(one);
  for (const one of whole.exchanges) hunt.observeTraffic(one);
  const report = hunt.conclude();
  assert.deepEqual(JSON.parse(JSON.stringify(report)), report, 'the report is not JSON');
  const accounts = new Set(whole.exchanges.map(({ account }) => account));
  assert.deepEqual(
    report.accounts.map(({ account }) => account),
    [...accounts].sort(),
  );
}

const FULL = `{"time":1767225600.25,"account":"a-17","model":"m","system":"s","prompt":"Solve 12 and think step by step","messages":[{"role":"system","content":"s"},{"role":"user","content":[{"type":"text","text":"t"}]}],"params":{"temperature":0.7,"max_tokens":5,"logprobs":true,"top_logprobs":2,"logit_bias":{"1":-100},"n":2,"stream":false},"response":"r","input_tokens":1,"output_tokens":2,"network":{"ip":"192.0.2.1","asn":64496,"tls":"t","user_agent":"u"},"billing":"b","created":1700000000}`;

const fields = fc.record(
  {
    time: fc.oneof(fc.double(), fc.nat(), fc.constantFrom(1e12, '1', null)),
    account: fc.oneof(fc.string(), fc.constantFrom('a', 'b', '', '\ud800', '__proto__', null, 5)),
    prompt: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(null, ['a'], 5, {})),
    messages: fc.oneof(
      fc.jsonValue(),
      fc.array(
        fc.record({
          role: fc.constantFrom('user', 'assistant', 'tool'),
          content: fc.oneof(fc.string(), fc.constantFrom(null, [{ text: 'x' }])),
        }),
      ),
    ),
    params: fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom('temperature', 'n', 'logprobs', 'logit_bias'), fc.jsonValue()),
    ),
    input_tokens: fc.oneof(fc.integer(), fc.double()),
    network: fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom('ip', 'asn', 'user_agent'), fc.jsonValue()),
    ),
    created: fc.oneof(fc.integer(), fc.constant(null)),
  },
  { requiredKeys: ['time', 'account'] },
);

export const target: FuzzTarget = {
  name: 'traffic-lines',
  holds:
    'Exported logs are read the same however their bytes come, what is read is what the line says, and the hunt takes it.',
  seeds: () => [
    ...choosing(
      0,
      texts(
        FULL,
        `\ufeff${FULL}\r\n\n  \n{"time":0,"account":"b","messages":[{"role":"user","content":"x"}]}`,
        'null\n[]\n{}\n{"time":1e999,"account":"a","prompt":""}\n{"time":1',
        '{"time":1,"account":"\\ud800","prompt":"\\u0000","__proto__":{"model":"m"}}',
      ),
    ),
    ...choosing(6, [Buffer.concat([Buffer.from(`${FULL}\n`), Buffer.of(0xff, 0x0a), Buffer.from(FULL)])]),
  ],
  words: [
    '"time":',
    '"account":"',
    '"prompt":"',
    '"messages":[{"role":"user","content":"',
    '"logit_bias":{',
    '"network":{',
    '"user_agent":"',
    '1e999',
    '\n',
    '\ufeff',
  ],
  inputs: fc
    .tuple(fc.nat(255), fc.array(fields, { maxLength: 6 }))
    .map(([step, lines]) =>
      Buffer.from(
        `${String.fromCharCode(step % 128)}${lines.map((line) => JSON.stringify(line)).join('\n')}`,
      ),
    ),
  fuzz,
};
