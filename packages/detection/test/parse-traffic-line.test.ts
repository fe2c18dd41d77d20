import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DetectionError, parseTrafficLine, type Traffic } from '../src/index.ts';

const LEAST = { time: 1_767_225_600.25, account: 'a-17', prompt: 'hello' };

const parse = (line: unknown): Traffic => parseTrafficLine(JSON.stringify(line), 7);

function refusalOf(line: string): string {
  try {
    parseTrafficLine(line, 1);
  } catch (error) {
    assert.ok(error instanceof DetectionError && error.code === 'bad_line');
    return error.message;
  }
  return 'accepted';
}

const refusal = (changed: Readonly<Record<string, unknown>>): string =>
  refusalOf(JSON.stringify({ ...LEAST, ...changed }));

test('a line with every field is read whole; names of the log become names of the code', () => {
  const line = {
    time: 1_767_225_600.25,
    account: 'a-17',
    model: 'm',
    system: 'be brief',
    prompt: 'p',
    messages: [
      { role: 'user', content: 'one' },
      { role: 'assistant', content: null },
    ],
    params: {
      temperature: 0.5,
      max_tokens: 10,
      logprobs: true,
      top_logprobs: 5,
      logit_bias: { '50256': -100 },
      n: 2,
      stream: false,
    },
    response: 'r',
    input_tokens: 3,
    output_tokens: 4,
    network: { ip: '192.0.2.1', asn: 64496, tls: 't', user_agent: 'u' },
    billing: 'b',
    created: 1_700_000_000,
  };
  assert.deepEqual(parse(line), {
    time: 1_767_225_600.25,
    account: 'a-17',
    model: 'm',
    system: 'be brief',
    prompt: 'p',
    messages: [
      { role: 'user', content: 'one' },
      { role: 'assistant', content: '' },
    ],
    params: line.params,
    response: 'r',
    inputTokens: 3,
    outputTokens: 4,
    network: { ip: '192.0.2.1', asn: 64496, tls: 't', userAgent: 'u' },
    billing: 'b',
    created: 1_700_000_000,
    ref: 7,
  });
});

const NOTHING_MORE: Traffic = {
  ...LEAST,
  model: null,
  system: null,
  messages: null,
  params: null,
  response: null,
  inputTokens: null,
  outputTokens: null,
  network: null,
  billing: null,
  created: null,
  ref: 7,
};

test('every other field may be missing or null, and unknown ones are passed over', () => {
  assert.deepEqual(parse(LEAST), NOTHING_MORE);
  const names =
    'model system messages params response input_tokens output_tokens network billing created'.split(' ');
  assert.deepEqual(
    parse({ ...LEAST, ...Object.fromEntries(names.map((name) => [name, null])) }),
    NOTHING_MORE,
  );
  assert.deepEqual(parse({ ...LEAST, unknown: { deep: [1] }, messages: [] }), NOTHING_MORE);
  const empty = parse({
    ...LEAST,
    params: { temperature: null, seed: 1, logit_bias: null },
    network: { ip: null },
  });
  assert.deepEqual([empty.params, empty.network], [{}, {}]);
  for (const asn of [64496, '64496', 'AS64496'])
    assert.equal(parse({ ...LEAST, network: { asn } }).network?.asn, 64496);
});

test('without a prompt it is the last message of the user, content parts as one text', () => {
  const { time, account } = LEAST;
  const messages = [
    { role: 'system', content: 'S' },
    { role: 'user', content: 'one' },
    {
      role: 'user',
      content: [{ type: 'text', text: 'two' }, { type: 'image_url' }, { type: 'text', text: 'three' }],
    },
    { role: 'assistant', content: 'four' },
  ];
  const read = parse({ time, account, messages });
  assert.deepEqual([read.prompt, read.system], ['two\nthree', 'S']);
  assert.equal(parse({ time, account, prompt: null, messages }).prompt, 'two\nthree');
  assert.equal(parse({ time, account, messages: [{ role: 'assistant', content: 'x' }] }).prompt, '');
  assert.equal(parse({ ...LEAST, messages }).prompt, 'hello');
  assert.equal(parse({ ...LEAST, prompt: ['a', { text: 'b' }] }).prompt, 'a\nb');
});

test('what a field must not be is refused by its name', () => {
  const wrong: readonly (readonly [Readonly<Record<string, unknown>>, RegExp])[] = [
    [{ time: undefined }, /^time is missing$/],
    [{ time: null }, /^time is missing$/],
    [{ time: '2026-01-01' }, /^time is not a number of Unix seconds/],
    [{ time: 1_767_225_600_250 }, /^time is not a number of Unix seconds \(not milliseconds/],
    [{ time: -1 }, /^time is not/],
    [{ account: undefined }, /^account is missing$/],
    [{ account: '' }, /^account is missing$/],
    [{ account: 17 }, /^account is not a text$/],
    [{ account: 'x'.repeat(257) }, /^account has more than 256 characters$/],
    [{ prompt: undefined }, /^prompt is missing, and so are messages$/],
    [{ prompt: undefined, messages: [] }, /^prompt is missing, and so are messages$/],
    [{ prompt: 5 }, /^prompt is neither a text nor/],
    [{ messages: {} }, /^messages is not a list$/],
    [{ messages: [{ content: 'x' }] }, /^messages holds something that is not an object with a role/],
    [{ messages: [{ role: 'user', content: 5 }] }, /^messages holds something/],
    [{ messages: [null] }, /^messages holds something/],
    [{ model: {} }, /^model is not a text$/],
    [{ system: 1 }, /^system is neither/],
    [{ params: [] }, /^params is not an object$/],
    [{ params: { temperature: 'hot' } }, /^temperature is not a finite number$/],
    [{ params: { max_tokens: 1.5 } }, /^max_tokens is not a whole number$/],
    [{ params: { n: -1 } }, /^n is not a whole number from 0$/],
    [{ params: { logprobs: 'yes' } }, /^logprobs is neither true nor false$/],
    [{ params: { logprobs: -1 } }, /^logprobs is not a whole number/],
    [{ params: { stream: 1 } }, /^stream is neither true nor false$/],
    [{ params: { logit_bias: { a: 'b' } } }, /^logit_bias holds something that is not a finite number$/],
    [{ response: false }, /^response is neither/],
    [{ input_tokens: -3 }, /^input_tokens is not a whole number from 0$/],
    [{ output_tokens: '4' }, /^output_tokens is not a whole number from 0$/],
    [{ network: 'x' }, /^network is not an object$/],
    [{ network: { asn: 'ASx' } }, /^asn is not a whole number below 4294967296$/],
    [{ network: { ip: 'x'.repeat(65) } }, /^ip has more than 64 characters$/],
    [{ billing: 9 }, /^billing is not a text$/],
    [{ created: 1e15 }, /^created is not a number of Unix seconds/],
  ];
  for (const [changed, expected] of wrong) assert.match(refusal(changed), expected, JSON.stringify(changed));
  // Numbers beyond all others come as such text only.
  assert.match(refusalOf('{"time":1e999,"account":"a","prompt":"p"}'), /^time is not/);
  assert.match(refusalOf('{"time":1,"account":"a","prompt":"p","params":{"temperature":1e999}}'), /finite/);
});

test('what is no object is refused, and no refusal quotes the line', () => {
  assert.equal(refusalOf('{"time":1,"prompt":"a secret'), 'it is not JSON');
  assert.equal(refusalOf(''), 'it is not JSON');
  for (const line of ['null', '[]', '"a secret"', '5'])
    assert.equal(refusalOf(line), 'it is JSON, but not an object');
  const texts = fc.constantFrom('a secret', 7, null, [], {}, ['a secret'], [{ role: 'a secret' }]);
  const names = ['time', 'account', 'prompt', 'messages', 'params', 'network', 'model', 'created'] as const;
  fc.assert(
    fc.property(fc.constantFrom(...names), texts, (name, value) => {
      assert.doesNotMatch(refusal({ [name]: value }), /secret/);
    }),
  );
});

test('a long text is cut, a long dialogue keeps its end', () => {
  const long = parse({ ...LEAST, prompt: 'x'.repeat(300_000), response: 'y'.repeat(300_000) });
  assert.deepEqual([long.prompt.length, long.response?.length], [262_144, 262_144]);
  const messages = Array.from({ length: 600 }, (_, i) => ({ role: 'user', content: String(i) }));
  const { time, account } = LEAST;
  const read = parse({ time, account, messages });
  assert.deepEqual([read.messages?.length, read.messages?.[0]?.content, read.prompt], [512, '88', '599']);
});

test('a long line of brackets is refused before it costs, brackets in its texts are not', () => {
  const start = '{"time":1,"account":"a","prompt":"p","x":';
  assert.match(refusalOf(`${start}${'['.repeat(100_000)}${']'.repeat(100_000)}}`), /nests deeper than 128/);
  assert.match(refusalOf(`${start}[${'0,'.repeat(500_001)}0]}`), /more than 500000 values/);
  assert.equal(refusal({ x: '[{,\\"'.repeat(200_000) }), 'accepted');
});

test('a field named __proto__ changes nothing', () => {
  const read = parseTrafficLine(
    '{"time":1,"account":"a","prompt":"p","__proto__":{"model":"m"},"params":{"__proto__":{"n":5},"logit_bias":{"__proto__":1}}}',
    1,
  );
  assert.equal(read.model, null);
  assert.equal(read.params?.n, undefined);
  assert.deepEqual(Object.keys(read.params?.logit_bias ?? {}), ['__proto__']);
});
