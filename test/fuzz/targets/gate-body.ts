import assert from 'node:assert/strict';
import fc from 'fast-check';
import { refuseExtras, stripExtras } from '../../../packages/server/src/gate/plain-request.ts';
import { readRequest } from '../../../packages/server/src/gate/read-request.ts';
import { createRoutes } from '../../../packages/server/src/gate/routes.ts';
import { readFirstWins, readLastWins, readMembers } from '../oracles/read-members.ts';
import { choosing, texts } from '../oracles/seeds.ts';
import type { FuzzTarget } from '../target.ts';

const PATHS = [
  '/v1/chat/completions',
  '/v1/responses',
  '/v1/messages',
  '/v1/completions',
  '/v1/embeddings',
  '/v1/x',
];
const find = createRoutes(['/v1/x']);
const ROUTES = PATHS.map((path) => find(path, false) ?? assert.fail(path));
/** Of servers that speak the OpenAI API and know more than it. */
const OTHERS = ['allowed_token_ids', 'use_beam_search', 'return_hidden_states', 'n_probs'];
const EXTRAS = [
  'logprobs',
  'prompt_logprobs',
  'top_logprobs',
  'logit_bias',
  'n',
  'best_of',
  'include',
  ...OTHERS,
];
/** What the gate acts on. */
const FIELDS = [
  ...EXTRAS,
  'model',
  'stream',
  'messages',
  'input',
  'prompt',
  'max_tokens',
  'max_completion_tokens',
  'max_output_tokens',
];

const BODIES = texts(
  '{"model":"m","messages":[{"role":"user","content":"hi"}],"logprobs":true,"top_logprobs":5,"n":3}',
  '{"n":2,"model":"m","prompt":"a","best_of":4,"logit_bias":{"50256":-100},"logprobs":0,"seed":9007199254740993}',
  '{"model":"m","input":"x","include":["message.output_text.logprobs","file_search_call.results"],"stream":true}',
  '{"model":"m","messages":[],"logit_bias":{},"n":1,"logprobs":false,"top_logprobs":null,"tools":[{"a":1.0,"b":1e400}]}',
  '{"model":"m","messages":[],"m\\u006fdel":"other","__proto__":{"n":2},"1":0,"0":1}',
  ' { "model" : "m" , "messages" : [ ] , "Logprobs" : true , "temperature" : 0.10 } ',
);

/** What the account would get besides text, as one view of the body shows it. */
function asksForMore(body: Record<string, unknown>): string | undefined {
  const has = (name: string): boolean =>
    Object.hasOwn(body, name) && body[name] !== null && body[name] !== false;
  for (const name of ['n', 'best_of']) if (has(name) && body[name] !== 1) return name;
  for (const name of ['logprobs', 'prompt_logprobs']) if (has(name)) return name;
  for (const name of OTHERS) if (has(name) && body[name] !== 0) return name;
  if (has('top_logprobs') && body['top_logprobs'] !== 0) return 'top_logprobs';
  if (has('logit_bias') && !['{}', '[]'].includes(JSON.stringify(body['logit_bias']))) return 'logit_bias';
  if (has('include') && JSON.stringify(body['include']).includes('"message.output_text.logprobs"')) {
    if (Array.isArray(body['include']) && body['include'].includes('message.output_text.logprobs'))
      return 'include';
  }
  return Object.keys(body).find((name) =>
    EXTRAS.some((extra) => name !== extra && new RegExp(`^${extra}$`, 'iu').test(name)),
  );
}

/** Names with a backslash mean nothing to anybody, and V8 may take one for another. */
function plain(value: unknown): string | undefined {
  return JSON.stringify(value, (name, each: unknown) => (name.includes('\\') ? undefined : each));
}

function fuzz(input: Buffer): void {
  const route = ROUTES[(input[0] ?? 0) % ROUTES.length] as (typeof ROUTES)[number];
  const bytes = input.subarray(1);
  const read = readRequest(route, 'application/json', bytes, true);
  if ('code' in read) {
    assert.equal(read.status, 400);
    return;
  }
  if (read.body === null) return;
  const text = bytes.toString('utf8');
  assert.deepEqual(readFirstWins(text), readLastWins(text), 'two readers see two bodies');
  const seen = readLastWins(text) as Record<string, unknown>;
  for (const name of FIELDS)
    assert.equal(plain(read.body[name]), plain(seen[name]), `the gate misreads ${name}`);
  const edited = stripExtras(bytes, read.body);
  const refused = refuseExtras(read.body, 'mail');
  assert.equal(edited === bytes, refused === undefined, 'stripped or refused, not one of them');
  const sent = edited.toString('utf8');
  for (const view of [readLastWins(sent), readFirstWins(sent)] as Record<string, unknown>[])
    assert.equal(asksForMore(view), undefined, 'an extra is left');
  const rest = (members: ReturnType<typeof readMembers>) =>
    members.filter(({ name }) => !EXTRAS.includes(name));
  assert.deepEqual(rest(readMembers(sent)), rest(readMembers(text)), 'something else was changed');
}

const name = fc.constantFrom(
  ...EXTRAS,
  'model',
  'messages',
  'stream',
  'seed',
  '__proto__',
  'N',
  'lo\u212Ait_bias',
  'x',
);
const spelt = fc.oneof(
  name,
  name.map((given) => given.replace('o', '\\u006f')),
);
const value = fc.oneof(
  fc.constantFrom(
    '1',
    '0',
    'null',
    'false',
    'true',
    '[]',
    '{}',
    '"m"',
    '1.0',
    '9007199254740993',
    '1e400',
    '-0',
    '{"n":2,"n":3}',
  ),
  fc.json({ maxDepth: 2 }),
  fc.constant('["message.output_text.logprobs","x"]'),
);
const space = fc.constantFrom('', ' ', '\n\t');
const member = fc
  .tuple(space, spelt, space, value, space)
  .map(([a, key, b, given, c]) => `${a}"${key}"${b}:${given}${c}`);
const body = fc
  .array(member, { maxLength: 6 })
  .map((all) => `{${['"model":"m"', '"messages":[]', ...all].join(',')}}`);

export const target: FuzzTarget = {
  name: 'gate-body',
  holds:
    'What the gate admits reads the same for every reader, and an account in standing plain gets no extras and nothing else changed.',
  seeds: () => PATHS.flatMap((_, choice) => choosing(choice, BODIES)),
  words: [
    ...EXTRAS.map((extra) => `"${extra}":`),
    '"model":"m"',
    '"messages":[]',
    '"message.output_text.logprobs"',
    '\\u006f',
    '1e400',
  ],
  inputs: fc
    .tuple(fc.nat(5), body)
    .map(([choice, text]) => Buffer.from(`${String.fromCharCode(choice)}${text}`)),
  fuzz,
};
