import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { createAdminWorld, WORLD_PUBLIC_URL } from '../admin/test/admin-world.ts';
import { CLIENT, startProvider } from './test/provider.ts';

type World = Awaited<ReturnType<typeof createAdminWorld>>;
type Provider = Awaited<ReturnType<typeof startProvider>>;

let provider: Provider;
let world: World;
const logged: string[] = [];
const log = (...told: readonly unknown[]): void => void logged.push(JSON.stringify(told));
const standard = { ...CLIENT, operatorClaim: 'preferred_username', domain: null } as const;

before(async () => {
  provider = await startProvider();
  world = await createAdminWorld({}, undefined, undefined, {
    settings: { ...standard, issuer: provider.issuer },
    log,
  });
});
after(async () => {
  await world.close();
  await provider.close();
});
beforeEach(() => {
  Object.assign(provider.behaviour, {
    claims: { preferred_username: 'ada' },
    userinfo: {},
    tamper: (token: string) => token,
    takesCodesTwice: false,
    down: false,
  });
  // Wrong tries of one test are not the next one's.
  world.advance(61 * 60_000);
});

/** A page's call with the cookies that a browser would send. */
async function visit(path: string, cookie = '', at = world) {
  const answer = await fetch(at.url + path, { redirect: 'manual', headers: { cookie } });
  const set = answer.headers.getSetCookie();
  const kept = (name: string) => set.find((each) => each.startsWith(`portcullis-${name}=`));
  return { status: answer.status, to: answer.headers.get('location') ?? '', kept, text: await answer.text() };
}

/** Begins, and signs in at the provider. @returns the path that the provider sends the browser to, and its cookie */
async function comeBack(at = world): Promise<{ path: string; cookie: string }> {
  const begun = await visit('/v1/session/organisation', '', at);
  assert.equal(begun.status, 303, begun.text);
  const signedIn = await fetch(begun.to, { redirect: 'manual' });
  const back = new URL(signedIn.headers.get('location') ?? '');
  assert.equal(back.origin, WORLD_PUBLIC_URL);
  return { path: back.pathname + back.search, cookie: begun.kept('organisation')?.split(';')[0] ?? '' };
}

async function signIn(at = world) {
  const { path, cookie } = await comeBack(at);
  return visit(path, cookie, at);
}

const session = async (cookie: string) => JSON.parse((await visit('/v1/session', cookie)).text);

function assertRefused(answer: Awaited<ReturnType<typeof visit>>, why: string): void {
  assert.deepEqual([answer.status, answer.to], [303, `/console/?refused=${why}`]);
  assert.equal(answer.kept('session'), undefined);
}

test('who the organisation vouches for gets a session like any other, with the role they have here', async () => {
  const claims = { preferred_username: 'ada', role: 'admin', roles: ['admin'], groups: ['admin'] };
  provider.behaviour.claims = claims;
  const { path, cookie } = await comeBack();
  const answer = await visit(path, cookie);
  assert.deepEqual([answer.status, answer.to], [303, '/console/']);
  const set = answer.kept('session') ?? '';
  assert.match(set, /^portcullis-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  assert.match(answer.kept('organisation') ?? '', /^portcullis-organisation=; .*Max-Age=0$/);
  const { you, by } = await session(set.split(';')[0] ?? '');
  assert.deepEqual([you, by], [{ operator: 'ada', role: 'reviewer' }, 'organisation']);
});

test('the way there has state, nonce and PKCE, and a cookie that comes along when the provider sends the browser back', async () => {
  const begun = await visit('/v1/session/organisation');
  const to = new URL(begun.to);
  assert.equal(to.origin, provider.issuer);
  const asked = Object.fromEntries(to.searchParams);
  assert.equal(asked['response_type'], 'code');
  assert.equal(asked['code_challenge_method'], 'S256');
  assert.equal(asked['redirect_uri'], `${WORLD_PUBLIC_URL}/v1/session/organisation/callback`);
  const secrets = [asked['state'], asked['nonce'], asked['code_challenge']];
  assert.equal(new Set(secrets).size, 3);
  const set = begun.kept('organisation') ?? '';
  assert.match(set, /^portcullis-organisation=\d+\.[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
  for (const secret of secrets)
    assert.ok(secret !== undefined && secret.length >= 43 && !set.includes(secret));
});

test('a claim that the token lacks is asked for', async () => {
  provider.behaviour.claims = {};
  provider.behaviour.userinfo = { preferred_username: 'ben' };
  const cookie = (await signIn()).kept('session')?.split(';')[0] ?? '';
  assert.equal((await session(cookie)).you.operator, 'ben');
  provider.behaviour.userinfo = { preferred_username: 'ben', sub: 'somebody else' };
  assertRefused(await signIn(), 'unauthenticated');
});

test('who is no operator here is refused, whatever the provider says', async () => {
  for (const name of ['mallory', '', 'Ada', 'ada ', 7, ['ada'], undefined]) {
    provider.behaviour.claims = { preferred_username: name };
    assertRefused(await signIn(), 'forbidden');
    world.advance(61 * 60_000);
  }
});

test('who has tokens of several roles is not given the stronger one', async () => {
  await world.operators.add({ operator: 'ida', role: 'auditor', by: 'admin' });
  provider.behaviour.claims = { preferred_username: 'ida' };
  assert.equal((await signIn()).to, '/console/');
  await world.operators.add({ operator: 'ida', role: 'admin', by: 'admin' });
  assertRefused(await signIn(), 'forbidden');
});

test('what comes back to another browser, with another state, too late or a second time is refused', async () => {
  const first = await comeBack();
  const second = await comeBack();
  assertRefused(await visit(first.path), 'gone');
  assertRefused(await visit(first.path, second.cookie), 'gone');
  const forged = first.path.replace(/state=[^&]+/, 'state=x');
  assertRefused(await visit(forged, first.cookie), 'gone');
  assertRefused(await visit(first.path.replace(/&?state=[^&]+/, ''), first.cookie), 'gone');
  world.advance(61 * 60_000);
  assertRefused(await visit(second.path, second.cookie), 'gone');
});

test('a code that was used is refused, even by a provider that would take it again', async () => {
  provider.behaviour.takesCodesTwice = true;
  const { path, cookie } = await comeBack();
  assert.equal((await visit(path, cookie)).to, '/console/');
  assertRefused(await visit(path, cookie), 'gone');
  // In a try of its own it is still another try's code: PKCE and nonce do not fit.
  const code = /code=[^&]+/.exec(path)?.[0] ?? '';
  const other = await comeBack();
  assertRefused(await visit(other.path.replace(/code=[^&]+/, code), other.cookie), 'unauthenticated');
});

test('a token that was changed, is for another or too old is refused', async () => {
  const claims = { preferred_username: 'ada' };
  const asAdmin = (token: string): string => {
    const [head = '', body = '', signature = ''] = token.split('.');
    const changed = { ...JSON.parse(Buffer.from(body, 'base64url').toString()), preferred_username: 'admin' };
    return [head, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.');
  };
  const unsigned = (token: string): string => {
    const head = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
    return [head, asAdmin(token).split('.')[1], ''].join('.');
  };
  const wrong = [
    { tamper: asAdmin },
    { tamper: unsigned },
    { claims: { ...claims, aud: 'another client' } },
    { claims: { ...claims, iss: 'https://evil.example' } },
    { claims: { ...claims, nonce: 'another' } },
    { claims: { ...claims, exp: 1 } },
  ];
  const right = { claims, tamper: (token: string) => token };
  for (const each of wrong) {
    Object.assign(provider.behaviour, right, each);
    assertRefused(await signIn(), 'unauthenticated');
    world.advance(61 * 60_000);
  }
});

test('who is removed here is signed out at once and can not come back, though the organisation vouches', async () => {
  await world.operators.add({ operator: 'dora', role: 'reviewer', by: 'admin' });
  provider.behaviour.claims = { preferred_username: 'dora' };
  const cookie = (await signIn()).kept('session')?.split(';')[0] ?? '';
  assert.equal((await session(cookie)).you.operator, 'dora');
  await world.operators.remove({ operator: 'dora', reason: 'Left the team last week.', by: 'admin' });
  assert.equal((await session(cookie)).you, null);
  assertRefused(await signIn(), 'forbidden');
});

test('nobody is sent anywhere else than to the provider and the console', async () => {
  for (const name of ['return', 'next', 'redirect_uri']) {
    const answer = await visit(`/v1/session/organisation?${name}=https://evil.example`);
    assert.deepEqual([answer.status, answer.to], [400, '']);
  }
  const { path, cookie } = await comeBack();
  assert.equal((await visit(`${path}&next=https://evil.example`, cookie)).to, '/console/');
});

test('many wrong ways back have to wait like wrong passwords', async () => {
  for (let i = 0; i < 5; i += 1)
    assertRefused(await visit('/v1/session/organisation/callback?state=x'), 'gone');
  assertRefused(await visit('/v1/session/organisation/callback?state=x'), 'too-many');
});

test('a provider that is down is named so, and asked again by the next', async (t) => {
  const own = await createAdminWorld({}, undefined, undefined, {
    settings: { ...standard, issuer: provider.issuer },
    log,
  });
  t.after(() => own.close());
  provider.behaviour.down = true;
  assertRefused(await visit('/v1/session/organisation', '', own), 'provider-failed');
  provider.behaviour.down = false;
  assert.equal((await signIn(own)).to, '/console/');
});

test('a wrong client secret is told by a code in the log, and stands nowhere', async (t) => {
  const clientSecret = 'a wrong and quite long secret';
  const settings = { ...standard, issuer: provider.issuer, clientSecret };
  const own = await createAdminWorld({}, undefined, undefined, { settings, log });
  t.after(() => own.close());
  assertRefused(await signIn(own), 'provider-failed');
  assert.match(logged.at(-1) ?? '', /invalid_client/);
  assert.ok(!logged.join().includes(clientSecret));
});

test('an address names an operator where it is verified and of the domain', async (t) => {
  const settings = {
    ...CLIENT,
    issuer: provider.issuer,
    operatorClaim: 'email',
    domain: 'example.org',
  } as const;
  const own = await createAdminWorld({}, undefined, undefined, { settings, log });
  t.after(() => own.close());
  const come = async (email: string, verified: unknown) => {
    own.advance(61 * 60_000);
    provider.behaviour.claims = { email, email_verified: verified };
    return signIn(own);
  };
  assert.equal((await come('ada@example.org', true)).to, '/console/');
  assertRefused(await come('ada@example.org', false), 'forbidden');
  assertRefused(await come('ada@example.org', 'true'), 'forbidden');
  assertRefused(await come('ada@evil.example', true), 'forbidden');
  assertRefused(await come('ada@evil.example@example.org', true), 'forbidden');
  assertRefused(await come('ada@notexample.org', true), 'forbidden');
});

test('the ways to sign in are told, and where no provider is set the way there is none', async (t) => {
  const ways = async (at: World) => JSON.parse((await visit('/v1/session/ways', '', at)).text).ways;
  assert.deepEqual(await ways(world), ['token', 'password', 'organisation']);
  const own = await createAdminWorld();
  t.after(() => own.close());
  assert.deepEqual(await ways(own), ['token', 'password']);
  assert.equal((await visit('/v1/session/organisation', '', own)).status, 404);
});
