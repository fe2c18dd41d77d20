import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createAdminWorld } from '../admin/test/admin-world.ts';
import { createSessions, SESSION_IDLE_MS_MAX, SESSION_MS_MAX } from './sessions.ts';

const PASSWORD = 'nine purple herons wade at dusk';
type World = Awaited<ReturnType<typeof createAdminWorld>>;

let world: World;
before(async () => {
  world = await createAdminWorld();
});
after(() => world.close());

type Given = { cookie?: string | undefined; csrf?: string; headers?: Record<string, string> };

/** A call as a page makes it. */
async function call(method: string, path: string, body?: unknown, { cookie, csrf, headers }: Given = {}) {
  const answer = await fetch(world.url + path, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(cookie === undefined ? {} : { cookie }),
      ...(csrf === undefined ? {} : { 'x-portcullis-csrf': csrf }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const set = answer.headers.get('set-cookie') ?? undefined;
  // oxlint-disable-next-line typescript/no-explicit-any -- an answer's shape is what the tests ask about
  return { status: answer.status, body: (await answer.json()) as any, set, cookie: set?.split(';')[0] };
}

async function signIn(body: Record<string, string>): Promise<{ cookie: string; csrf: string }> {
  const { status, body: told, cookie } = await call('POST', '/v1/session', body);
  assert.equal(status, 201, JSON.stringify(told));
  return { cookie: cookie ?? '', csrf: told.csrf };
}

const byToken = (who: string) => signIn({ token: world.tokens[who] ?? '' });

test('a token opens a session whose cookie no script and no other site can use', async () => {
  const made = await call('POST', '/v1/session', { token: world.tokens['ada'] });
  assert.deepEqual(made.body.you, { operator: 'ada', role: 'reviewer' });
  assert.match(made.set ?? '', /^portcullis-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  const status = await call('GET', '/v1/status', undefined, { cookie: made.cookie });
  assert.equal(status.body.you.operator, 'ada');
});

test('a call that changes something needs the header, of this session, and may not come from another site', async () => {
  const ada = await byToken('ada');
  const ben = await byToken('ben');
  const admin = await byToken('admin');
  const make = (given: Given) => call('POST', '/v1/accounts', { account: 'made' }, given);
  assert.equal((await make({ cookie: admin.cookie })).status, 403);
  assert.equal((await make({ cookie: admin.cookie, csrf: ben.csrf })).status, 403);
  assert.equal((await make({ ...admin, headers: { origin: 'https://evil.example' } })).status, 403);
  assert.equal((await make({ ...admin, headers: { 'sec-fetch-site': 'cross-site' } })).status, 403);
  assert.equal((await make({ ...ada })).status, 403, 'a session has its role and no more');
  assert.equal((await make({ ...admin, headers: { origin: world.url } })).status, 201);
});

test('signing in from another site is refused, too', async () => {
  const made = await call(
    'POST',
    '/v1/session',
    { token: world.tokens['ada'] },
    { headers: { origin: 'https://evil.example' } },
  );
  assert.equal(made.status, 403);
  assert.equal(made.set, undefined);
});

test('signing out ends the session on the server', async () => {
  const ada = await byToken('ada');
  const out = await call('DELETE', '/v1/session', undefined, ada);
  assert.match(out.set ?? '', /portcullis-session=; .*Max-Age=0/);
  assert.equal((await call('GET', '/v1/status', undefined, ada)).status, 401);
  assert.deepEqual((await call('GET', '/v1/session', undefined, ada)).body, { you: null });
});

test('a password signs in once it was set, and the ledger says that it was, not what it is', async () => {
  const first = await byToken('cleo');
  const other = await byToken('cleo');
  const set = await call('PUT', '/v1/session/password', { password: PASSWORD }, first);
  assert.equal(set.status, 200, JSON.stringify(set.body));
  assert.equal((await call('GET', '/v1/status', undefined, other)).status, 401, 'others end');
  assert.equal((await call('GET', '/v1/session', undefined, first)).body.hasPassword, true);
  const cleo = await signIn({ operator: 'cleo', password: PASSWORD });
  assert.equal((await call('GET', '/v1/session', undefined, cleo)).body.by, 'password');
  const [entry] = world.entries('credential.added');
  assert.deepEqual([entry?.operator, entry?.kind, entry?.by], ['cleo', 'password', 'cleo']);
  const ledger = JSON.stringify(world.ledger.entries);
  assert.doesNotMatch(ledger, /herons/);

  const change = await call('PUT', '/v1/session/password', { password: `${PASSWORD}!` }, cleo);
  assert.equal(change.status, 403, 'a session that the password opened needs it again');
  const changed = await call(
    'PUT',
    '/v1/session/password',
    { password: `${PASSWORD}!`, current: PASSWORD },
    cleo,
  );
  assert.equal(changed.status, 200);
  const old = await call('POST', '/v1/session', { operator: 'cleo', password: PASSWORD });
  assert.equal(old.status, 401);
});

test('weak passwords are refused, in words that do not repeat them', async () => {
  const ben = await byToken('ben');
  for (const password of ['short', 'aaaaaaaaaaaaaaaaaaaa', 'i am ben and this is me', 'x'.repeat(201)]) {
    const refused = await call('PUT', '/v1/session/password', { password }, ben);
    assert.equal(refused.status, 400, password);
    assert.ok(!JSON.stringify(refused.body).includes(password));
  }
});

test('wrong tries have to wait, each longer, and the right one then too', async (t) => {
  const own = await createAdminWorld();
  t.after(() => own.close());
  const attempt = (token: string) =>
    fetch(`${own.url}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    }).then((answer) => answer.status);
  for (let i = 0; i < 5; i += 1) assert.equal(await attempt('pc_operator_wrong'), 401);
  assert.equal(await attempt('pc_operator_wrong'), 429);
  assert.equal(await attempt(own.tokens['ada'] ?? ''), 429);
});

test('tries that come at once are counted like those that come one after the other', async (t) => {
  const own = await createAdminWorld();
  t.after(() => own.close());
  const attempt = (operator: string) =>
    fetch(`${own.url}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ operator, password: 'not the one that it is' }),
    }).then((answer) => answer.status);
  const statuses = await Promise.all(Array.from({ length: 12 }, () => attempt('ada')));
  assert.deepEqual(Map.groupBy(statuses, (each) => each).get(401)?.length, 5);
});

test('taking the password away ends the other sessions of the person', async () => {
  const own = await byToken('cleo');
  await call('PUT', '/v1/session/password', { password: PASSWORD }, own);
  const stolen = await signIn({ operator: 'cleo', password: PASSWORD });
  assert.equal((await call('DELETE', '/v1/session/password', undefined, own)).status, 200);
  assert.equal((await call('GET', '/v1/status', undefined, stolen)).status, 401);
  assert.equal((await call('GET', '/v1/status', undefined, own)).status, 200);
});

test('where a crash came after a removal, a new person of that name inherits no password', async () => {
  const added = await world.call('admin', 'POST', '/v1/operators', { operator: 'eve', role: 'reviewer' });
  const eve = await signIn({ token: added.body.token });
  await call('PUT', '/v1/session/password', { password: PASSWORD }, eve);
  await world.operators.remove({ operator: 'eve', reason: 'Left the team last week.', by: 'admin' });
  await world.call('admin', 'POST', '/v1/operators', { operator: 'eve', role: 'reviewer' });
  const again = await call('POST', '/v1/session', { operator: 'eve', password: PASSWORD });
  assert.equal(again.status, 401);
});

test('whoever is removed is signed out at once and has no password left', async () => {
  const { status, body } = await world.call('admin', 'POST', '/v1/operators', {
    operator: 'dora',
    role: 'reviewer',
  });
  assert.equal(status, 201);
  const dora = await signIn({ token: body.token });
  await call('PUT', '/v1/session/password', { password: PASSWORD }, dora);
  await world.call('admin', 'DELETE', '/v1/operators/dora', { reason: 'Left the team last week.' });
  assert.equal((await call('GET', '/v1/status', undefined, dora)).status, 401);
  await world.call('admin', 'POST', '/v1/operators', { operator: 'dora', role: 'reviewer' });
  const again = await call('POST', '/v1/session', { operator: 'dora', password: PASSWORD });
  assert.equal(again.status, 401, 'a new person of that name does not inherit it');
});

test('a session ends when nobody uses it, and after half a day whoever does', async () => {
  let nowMs = 1_000_000;
  const clock = { now: () => nowMs, monotonic: () => nowMs };
  let count = 0;
  const random = (bytes: number) => new Uint8Array(bytes).fill(++count);
  const sessions = createSessions({ clock, random, mayAct: () => true });
  const idle = sessions.open({ operator: 'ada', role: 'reviewer' }, 'token').secret;
  nowMs += SESSION_IDLE_MS_MAX - 1;
  assert.ok(sessions.find(idle));
  nowMs += SESSION_IDLE_MS_MAX;
  assert.equal(sessions.find(idle), undefined);
  const busy = sessions.open({ operator: 'ada', role: 'reviewer' }, 'token').secret;
  const openedMs = nowMs;
  while (nowMs - openedMs < SESSION_MS_MAX - SESSION_IDLE_MS_MAX) {
    nowMs += SESSION_IDLE_MS_MAX / 2;
    assert.ok(sessions.find(busy));
  }
  nowMs = openedMs + SESSION_MS_MAX;
  assert.equal(sessions.find(busy), undefined);
});
