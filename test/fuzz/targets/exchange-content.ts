import assert from 'node:assert/strict';
import { createSharedTemplates } from '@portcullis/detection';
import { createEntry } from '@portcullis/record';
import { trafficFromExchange } from '../../../packages/server/src/detect/traffic-from-exchange.ts';
import { texts } from '../oracles/seeds.ts';
import type { FuzzTarget } from '../target.ts';

// What a caller sent and what came back, on its way from the vault to the detector. Exported logs are `traffic-lines`.

const detector = createSharedTemplates({});
const ACCOUNTS = 12;
const CUT = 0x00;

const admitted = (account: string) => ({
  index: 1,
  entry: createEntry('exchange.admitted', 1_790_000_000_000, {
    exchange: 'x-1',
    account,
    key: 'k-1',
    endpoint: '/v1/chat/completions',
    model: 'm',
    stream: false,
    standing: 'open',
    request_bytes: 1,
    commitments: {},
  }),
});
const completed = createEntry('exchange.completed', 1_790_000_001_000, {
  exchange: 'x-1',
  account: 'a',
  admitted: 1,
  outcome: 'complete',
  status: 200,
  upstream: 'practice',
  attempts: 1,
  response_bytes: 1,
  kept_bytes: 1,
  usage: { input_tokens: 1, output_tokens: 1, source: 'reported' },
  commitments: {},
} as never);

/** Request, response and network, with a zero byte between them. */
function contentOf(input: Buffer) {
  const first = input.indexOf(CUT);
  if (first < 0) return { request: input };
  const second = input.indexOf(CUT, first + 1);
  const response = input.subarray(first + 1, second < 0 ? undefined : second);
  return {
    request: input.subarray(0, first),
    response,
    ...(second < 0 ? {} : { network: input.subarray(second + 1) }),
  };
}

function fuzz(input: Buffer): void {
  const content = contentOf(input);
  let state = detector.initial();
  for (let i = 0; i < ACCOUNTS; i++) {
    const traffic = trafficFromExchange(admitted(`account-${i}`), completed, content, null);
    assert.equal(typeof traffic.prompt, 'string');
    assert.ok(
      traffic.messages === null || traffic.messages.every((each) => typeof each.content === 'string'),
    );
    state = detector.step(state, traffic).state;
  }
  const snapshot = JSON.stringify(detector.snapshot(state));
  assert.equal(JSON.stringify(detector.snapshot(detector.restore(JSON.parse(snapshot) as never))), snapshot);
}

export const target: FuzzTarget = {
  name: 'exchange-content',
  holds:
    'Whatever a caller sent and an upstream answered, the detector reads it, and its state outlives a restart.',
  seeds: () =>
    texts(
      '{"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","content":[{"type":"text","text":"Solve the following 12 problem, think step by step, for a general audience"}]}],"temperature":0.1,"logit_bias":{"1":2},"n":2}\u0000{"choices":[{"message":{"content":"x"}}]}\u0000{"ip":"127.0.0.1","user_agent":"x"}',
      '{"input":[{"role":"user","content":[{"type":"input_text","text":"https://a.example \u0022quoted\u0022"}]}],"instructions":"i"}',
      '{"prompt":["a","b"],"max_tokens":5,"logprobs":3}\u0000data: {"choices":[{"text":"a"}]}\n\n',
      'not json \ud83d\ude00 \ufdfa\ufdfa\ufdfa 漢字',
      '{"messages":[{"role":"assistant"},null,7,{"role":"user","content":null}],"system":[{"text":"s"}]}',
    ),
  words: [
    '"messages":[',
    '"content":',
    '"role":"user"',
    '"text":',
    '"input":',
    '"prompt":',
    '```',
    'https://',
    '\ufdfa',
  ],
  fuzz,
};
