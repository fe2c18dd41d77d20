import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { type Answer, ask } from './isolation/ask.ts';
import { type Endpoint, listEndpoints } from './isolation/expectations.ts';
import type { Model } from './isolation/model.ts';
import { learn, makeRequest, type Move, moves, type Principal, principalsOf } from './isolation/moves.ts';
import { findSecrets, type Secret } from './isolation/secrets.ts';
import { makeSetting } from './isolation/setting.ts';
import { openIsolationWorld, type World } from './isolation/world.ts';

// No role and no account reaches another's content, receipts or keys through any endpoint. Every secret is a mark that stands
// nowhere else, so wherever it comes to light, it is seen.

const endpoints = listEndpoints();
const RUNS = 3;
let world: World;
let model: Model;

before(async () => {
  world = await openIsolationWorld();
  model = await makeSetting(world);
});
after(() => world.close());

type Request = ReturnType<typeof makeRequest>;

/** Whether this principal may be told this secret in the answer to this request. */
function mayTell(secret: Secret, { by, endpoint }: Request, answer: Answer): boolean {
  if (endpoint.at === 'gate') {
    const own = by.is === 'caller' && secret.owner === by.account;
    return own && secret.kind === (endpoint.path === '/receipts/:rest' ? 'salt' : 'content');
  }
  if (answer.status !== 201) return false;
  // Shown once, in the very answer that makes it.
  if (endpoint.path === '/v1/operators' || endpoint.path.startsWith('/v1/accounts'))
    return (secret.kind === 'token' || secret.kind === 'key') && isMade(secret.spellings, answer.body);
  return (
    endpoint.path === '/v1/cases/:case/evidence' &&
    secret.kind === 'content' &&
    model.accused.has(secret.owner)
  );
}

/** Whether the answer is the one that makes the secret. */
function isMade([text]: readonly string[], body: string): boolean {
  const made = JSON.parse(body) as { secret?: string; token?: string };
  return text === (made.secret ?? made.token);
}

/** What the status must be where who asks decides it; undefined where it does not. */
function refusalFor(by: Principal, endpoint: Endpoint): number | undefined {
  if (endpoint.at === 'gate') return endpoint.needs === 'caller' && by.is !== 'caller' ? 401 : undefined;
  if (by.is !== 'person') return 401;
  return endpoint.roles.includes(by.role) ? undefined : 403;
}

function judge(request: Request, answer: Answer): void {
  const { by, endpoint, asked } = request;
  const who = by.is === 'caller' ? by.account : by.is === 'person' ? `${by.operator} (${by.role})` : 'nobody';
  const what = `${who}: ${asked.method} ${asked.path} → ${answer.status}`;
  const refusal = refusalFor(by, endpoint);
  if (refusal === undefined) {
    assert.ok(answer.status < 500 && answer.status !== 401, `${what}\n${answer.text}`);
  } else assert.equal(answer.status, refusal, what);
  for (const secret of findSecrets(answer.text, model.secrets.values()))
    assert.ok(
      mayTell(secret, request, answer),
      `${what} tells ${secret.what}\n${answer.text.slice(0, 2000)}`,
    );
  judgeReceipt(request, answer, what);
}

/** Receipts are for their owner, and for an owner always. */
function judgeReceipt({ by, endpoint, asked }: Request, answer: Answer, what: string): void {
  if (endpoint.path !== '/receipts/:rest' || by.is !== 'caller') return;
  const exchange = model.exchanges.find(({ index }) => asked.path === `/receipts/${index}`);
  const owned = exchange?.account === by.account;
  assert.ok(owned ? [200, 202].includes(answer.status) : answer.status === 404, what);
}

test('every endpoint says who may ask for it', () => {
  assert.ok(endpoints.length > 30);
  assert.ok(principalsOf(model).length > 12);
});

/** Calls that take somebody's rights or content away come in random order, in a test of their own. */
function takesAway(by: Principal, endpoint: Endpoint): boolean {
  const isCall =
    endpoint.at === 'admin' && endpoint.method !== 'GET' && !endpoint.path.startsWith('/v1/cases');
  return isCall && refusalFor(by, endpoint) === undefined;
}

async function tryOut(move: Move): Promise<void> {
  const request = makeRequest(model, endpoints, move);
  const answer = await ask(world, request.asked);
  learn(model, request, answer);
  judge(request, answer);
}

test('everybody asks every endpoint, and is told nothing of anybody else', async () => {
  for (const [endpoint, asked] of endpoints.entries()) {
    const all = [...principalsOf(model).entries()].filter(([, by]) => !takesAway(by, asked));
    await Promise.all(
      all.map(([who]) => tryOut({ who, endpoint, pick: [who + endpoint, endpoint, who], variant: 1 })),
    );
  }
});

test('every receipt is its owner’s alone', async () => {
  const callers = principalsOf(model).filter((each) => each.is === 'caller');
  const endpoint = endpoints.find(({ path }) => path === '/receipts/:rest') as Endpoint;
  for (const by of callers)
    for (const { index } of model.exchanges.slice(0, 20)) {
      const asked = { at: 'gate', method: 'GET', path: `/receipts/${index}`, bearer: by.bearer } as const;
      judge({ by, endpoint, asked }, await ask(world, asked));
    }
});

test('in any order of requests, nobody is told anything of anybody else', async () => {
  await fc.assert(
    fc.asyncProperty(moves, async (sequence) => {
      for (const move of sequence) await tryOut(move);
    }),
    // The server remembers, so a shorter sequence that fails would not be the same one.
    { numRuns: RUNS, endOnFailure: true },
  );
});

test('no log line and no metric tells a secret, and upstreams get their own keys alone', () => {
  const secrets = [...model.secrets.values()];
  assert.deepEqual(
    findSecrets(world.logs.join('\n'), secrets).map(({ what }) => what),
    [],
  );
  const sent = findSecrets(world.upstream.asked.join('\n'), secrets).filter(({ kind }) => kind !== 'content');
  assert.deepEqual([...new Set(sent.map(({ kind }) => kind))], ['upstream']);
});
