import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEntry } from '@portcullis/record';
import { REASONS, RULE } from '../cases/test/case-world.ts';
import { createAdminWorld } from './test/admin-world.ts';

let world: Awaited<ReturnType<typeof createAdminWorld>>;
before(async () => {
  world = await createAdminWorld();
});
after(() => world.close());

/** A raw call, where fetch would set or refuse a header. */
function raw(headers: Record<string, string>, path = '/v1/status'): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request({ port: world.port, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    call.on('error', reject).end();
  });
}

test('a campaign is held over HTTP by two people, and one account is heard', async () => {
  const { call } = world;
  const key = await call('admin', 'POST', '/v1/accounts', {
    account: 'acme',
    limits: { requestsPerMinute: 5 },
    key: true,
  });
  assert.equal(key.status, 201);
  assert.match(key.body.secret, /^pk_live_[A-Za-z0-9_-]{43}$/);
  await call('admin', 'POST', '/v1/accounts', { account: 'beta' });
  await world.find('camp-http', ['acme', 'beta']);
  const { cases } = (await call('otto', 'GET', '/v1/cases?state=open')).body;
  const path = `/v1/cases/${cases[0].case}`;
  const hold = { measure: 'hold', reasons: REASONS, rule: RULE };

  const early = await call('ada', 'POST', `${path}/decisions`, hold);
  assert.deepEqual([early.status, early.body.error.code], [409, 'conflict']);
  assert.match(early.body.error.message, /ada has not opened the evidence .* portcullis case view/);
  await call('ada', 'POST', `${path}/evidence`, {});
  const view = { view: 'extraction', reasons: REASONS };
  const committed = await call('ada', 'POST', `${path}/views`, view);
  assert.equal(committed.status, 201);
  assert.equal(committed.body.score.statistic, 12.5);
  const proposed = await call('ada', 'POST', `${path}/decisions`, hold);
  assert.equal(proposed.body.step, 'proposed');
  const alone = await call('ada', 'POST', `${path}/decisions/${proposed.body.decision}/confirm`, {
    reasons: REASONS,
  });
  assert.equal(alone.status, 403);
  assert.match(
    alone.body.error.message,
    /Ask another reviewer to confirm: portcullis case decide case-1 --confirm dec-/,
  );
  await call('ben', 'POST', `${path}/evidence`, {});
  await call('ben', 'POST', `${path}/views`, view);
  const confirmed = await call('ben', 'POST', `${path}/decisions/${proposed.body.decision}/confirm`, {
    reasons: REASONS,
  });
  assert.equal(confirmed.body.step, 'confirmed');
  assert.equal((await call('otto', 'GET', '/v1/accounts/acme')).body.standing, 'hold');

  const appealed = await call('cleo', 'POST', `${path}/appeals`, {
    account: 'acme',
    grounds: 'We are a school.',
  });
  assert.equal(appealed.status, 201);
  await call('ada', 'POST', `${path}/evidence`, {});
  await call('ada', 'POST', `${path}/views`, view);
  assert.equal((await call('ada', 'POST', `${path}/decisions`, { ...hold, measure: 'open' })).status, 403);
  await call('cleo', 'POST', `${path}/evidence`, {});
  await call('cleo', 'POST', `${path}/views`, view);
  const heard = await call('cleo', 'POST', `${path}/decisions`, {
    ...hold,
    measure: 'open',
    appeal: appealed.body.appeal,
  });
  assert.deepEqual([heard.status, heard.body.step, heard.body.accountsTotal], [201, 'final', 1]);
  assert.equal((await call('otto', 'GET', '/v1/accounts/acme')).body.standing, 'open');
  assert.equal((await call('otto', 'GET', '/v1/accounts/beta')).body.standing, 'hold');
});

test('an export passes on who asks, for what, and how much is to be shown', async () => {
  const { call } = world;
  const told = { requester: 'Court', purpose: 'Case 7', legalBasis: 'Order' };
  const shown = { ...told, disclose: 'none', complete: false };
  for (const asked of [told, shown]) {
    const exported = await call('ben', 'POST', '/v1/cases/case-1/export', asked);
    assert.equal(exported.status, 201);
    assert.deepEqual(world.exports.at(-1), {
      ...asked,
      case: 'case-1',
      by: { operator: 'ben', role: 'reviewer' },
    });
  }
});

test('an erasure names the bundles that were exported about the account, which it can not reach', async () => {
  const { call } = world;
  await call('admin', 'POST', '/v1/accounts', { account: 'told' });
  await call('admin', 'POST', '/v1/accounts', { account: 'other' });
  await world.find('camp-told', ['told']);
  const { cases } = (await call('otto', 'GET', '/v1/cases?account=told')).body;
  await world.ledger.append({
    entry: createEntry('bundle.exported', world.clock.now(), {
      bundle: 'bundle-told',
      case: cases[0].case,
      manifest_sha256: 'ab'.repeat(32),
      by: 'ada',
      requester: 'Court',
      purpose: 'Case 7',
      legal_basis: 'Order',
      entries: 3,
    }),
  });
  const why = { reason: 'Asked for by the account.', legalBasis: 'GDPR, article 17' };
  const erased = await call('admin', 'POST', '/v1/accounts/told/erase', why);
  assert.deepEqual([erased.status, erased.body], [200, { keysDestroyed: 1, bundles: ['bundle-told'] }]);
  assert.deepEqual((await call('admin', 'POST', '/v1/accounts/other/erase', why)).body.bundles, []);
});

test('a call that comes before the start is through waits for it', async (t) => {
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  const starting = await createAdminWorld({}, opened);
  t.after(() => starting.close());
  let answered = false;
  const answer = starting.call('otto', 'GET', '/v1/status').finally(() => {
    answered = true;
  });
  await sleep(150);
  assert.equal(answered, false);
  open();
  assert.equal((await answer).status, 200);
});

test('the Host header must be an address or a name of our own', async () => {
  const authorization = `Bearer ${world.tokens.otto}`;
  for (const host of ['127.0.0.1:1', 'localhost', '[::1]:80', 'LOCALHOST:9'])
    assert.equal(await raw({ host, authorization }), 200, host);
  for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:80', '[evil]'])
    assert.equal(await raw({ host, authorization }), 403, host);
});

test('who is not known learns nothing but how to be known', async () => {
  for (const authorization of [
    '',
    'Bearer',
    'Bearer x',
    `Basic ${world.tokens.admin}`,
    `Bearer ${world.tokens.admin}x`,
  ])
    assert.equal(await raw({ authorization, host: 'localhost' }, '/v1/nowhere'), 401, authorization);
  const answer = await world.call('wrong', 'GET', '/v1/status');
  assert.equal(answer.headers.get('www-authenticate'), 'Bearer');
  assert.equal(answer.headers.get('access-control-allow-origin'), null);
});

test('wrong calls are refused by name, and the connection lives on', async () => {
  const { call } = world;
  const says = async (method: string, path: string, body?: unknown) => {
    const { status, body: told } = await call('admin', method, path, body);
    return `${status} ${told.error.message}`;
  };
  assert.match(await says('GET', '/v1/nowhere'), /^404 /);
  assert.match(await says('PATCH', '/v1/accounts'), /^405 /);
  assert.match(await says('GET', '/v1/accounts/%2e%2e'), /^404 /);
  assert.match(await says('GET', '/v1/cases?colour=red'), /^400 .*"colour"/);
  assert.match(await says('GET', '/v1/cases?state=red'), /^400 .*open, proposed/);
  assert.match(
    await says('POST', '/v1/accounts', { acount: 'x' }),
    /^400 .*"acount".*known are account, limits, key/,
  );
  assert.match(await says('POST', '/v1/accounts', { account: 'Ümlaut' }), /^400 .*lower-case/);
  assert.match(await says('POST', '/v1/accounts', { limits: { requestsPerMinute: -1 } }), /^400 .*limits/);
  assert.match(
    await says('POST', '/v1/operators', { operator: 'eve', role: 'king' }),
    /^400 .*admin, reviewer/,
  );
  assert.match(await says('POST', '/v1/accounts', { account: 'a'.repeat(3_000_000) }), /^400 .*over/);
  const broken = await fetch(`${world.url}/v1/accounts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.tokens.admin}`, 'content-type': 'application/json' },
    body: '{"account":',
  });
  assert.equal(broken.status, 400);
  const form = await fetch(`${world.url}/v1/accounts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.tokens.admin}` },
    body: 'account=x',
  });
  assert.equal(form.status, 400);
  const good = await call('admin', 'GET', '/v1/status');
  assert.deepEqual(good.body.you, { operator: 'admin', role: 'admin' });
  assert.notEqual(good.headers.get('connection'), 'close');
});

test('errors from elsewhere tell nothing of what happened', async () => {
  world.ledger.failAfter(0);
  const answer = await world.call('admin', 'POST', '/v1/accounts', { account: 'late' });
  world.ledger.failAfter(Number.POSITIVE_INFINITY);
  assert.deepEqual([answer.status, answer.body.error.code], [503, 'ledger-refused']);
  assert.equal((await world.call('admin', 'POST', '/v1/accounts', { account: 'late' })).status, 201);
});

test('a removed token stops working at once; the last admin stays', async () => {
  const added = await world.call('admin', 'POST', '/v1/operators', { operator: 'dora', role: 'reviewer' });
  assert.equal((await world.call(added.body.token, 'GET', '/v1/status')).status, 200);
  assert.equal((await world.call('admin', 'DELETE', '/v1/operators/dora', { reason: 'Left.' })).status, 200);
  assert.equal((await world.call(added.body.token, 'GET', '/v1/status')).status, 401);
  assert.equal((await world.call('admin', 'DELETE', '/v1/operators/admin', { reason: 'Oops.' })).status, 409);
});
