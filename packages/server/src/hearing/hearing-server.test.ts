import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { ada, cleo, hold, look } from '../cases/test/case-people.ts';
import { createCaseWorld, REASONS } from '../cases/test/case-world.ts';
import { until } from '../test/until.ts';
import { createHearingServer } from './hearing-server.ts';

const DAY_MS = 86_400_000;
let world: Awaited<ReturnType<typeof createCaseWorld>>;
let url = '';
let close = async () => {};
let token = '';

before(async () => {
  world = await createCaseWorld();
  const accounts = await world.createAccounts(3);
  await world.find('camp', accounts, { statistic: 7654.25 });
  await hold(world);
  const server = createHearingServer({
    host: '127.0.0.1',
    port: 0,
    hearing: world.cases.hearing,
    receipts: {
      receipt: async (account, index) =>
        account === 'acct-0000' && index === 7
          ? { kind: 'receipt', json: '{"format":"portcullis/receipt/v1"}' }
          : { kind: 'absent' },
    },
    vkeys: () => [],
    clock: world.clock,
    log: () => {},
  });
  url = `http://127.0.0.1:${(await server.listen()).port}/hearing/v1`;
  close = () => server.close();
  token = (await world.cases.hearing.issue({ case: 'case-1', account: 'acct-0000', by: ada })).token;
});
after(async () => {
  await close();
  world.stop();
});

// oxlint-disable-next-line typescript/no-explicit-any -- an answer's shape is what the tests ask about
type Answer = { status: number; body: any };

async function call(path: string, init: RequestInit = {}, as = token): Promise<Answer> {
  const response = await fetch(url + path, {
    ...init,
    headers: { authorization: `Bearer ${as}` },
  });
  return { status: response.status, body: await response.json() };
}
const post = (path: string, body: unknown): Promise<Answer> =>
  call(path, { method: 'POST', body: JSON.stringify(body) });

test('the holder of an account sees why, for how long and how to appeal, and nothing of how the detector works', async () => {
  const { status, body } = await call('/case');
  assert.equal(status, 200);
  assert.equal(body.standing, 'hold');
  const { statement } = body;
  assert.match(statement.what, /on hold/);
  assert.match(statement.automation, /it can not decide\. Two different people decided it/);
  assert.match(statement.appeal, /appeals@example\.org/);
  assert.equal(statement.reasons, REASONS);
  const shown = JSON.stringify(body);
  assert.doesNotMatch(shown, /7654|statistic|shared-template|"ada"|"ben"|acct-0001|slot/);
});

test('own receipts and nobody else’s', async () => {
  assert.deepEqual((await call('/receipts')).body, { receipts: [], next: null });
  assert.equal((await call('/receipts/7')).body.format, 'portcullis/receipt/v1');
  assert.equal((await call('/receipts/8')).status, 404);
  assert.equal((await call('/receipts/x')).status, 404);
});

test('words and documents are sealed, their clock starts, and the same sent twice is told to be so', async () => {
  const complaint = { kind: 'complaint', text: 'We are a school; one worksheet, four classes.' };
  const sent = await post('/submissions', complaint);
  assert.equal(sent.status, 201);
  assert.equal(sent.body.acknowledgeByMs - sent.body.receivedMs, 30 * DAY_MS);
  const twice = await post('/submissions', complaint);
  assert.deepEqual([twice.status, twice.body.error.code], [409, 'conflict']);
  assert.match(twice.body.error.message, /received before, as rep-/);
  const file = await call('/documents?name=..%2F..%2Fevil.html', {
    method: 'POST',
    body: '<script>alert(1)</script>',
  });
  assert.equal(file.status, 201);
  assert.ok(!JSON.stringify(world.ledger.entries).includes('worksheet'));
  const { opened } = await world.cases.openEvidence({ case: 'case-1', by: cleo });
  const document = opened.find((each) => each.item === `representation:${file.body.representation}`);
  assert.deepEqual(document?.content, { name: 'evil.html', document: '<script>alert(1)</script>' });
  await world.cases.hearing.acknowledge({
    case: 'case-1',
    representation: sent.body.representation,
    by: cleo,
  });
  const { submissions } = (await call('/case')).body;
  assert.equal(submissions.length, 2);
  assert.equal(typeof submissions[0].acknowledgedMs, 'number');
});

test('too much, too long or of no known kind is refused, and nothing of it is kept', async () => {
  const before = world.ledger.entries.length;
  assert.equal((await post('/submissions', { kind: 'complaint', text: 'x'.repeat(200_000) })).status, 400);
  assert.equal((await post('/submissions', { kind: 'demand', text: 'Open it.' })).status, 400);
  assert.equal((await post('/submissions', { kind: 'complaint', text: ' ' })).status, 400);
  const large = await call('/documents?name=a', { method: 'POST', body: new Uint8Array(9_000_000) });
  assert.equal(large.status, 400);
  assert.equal((await call('/documents?name=a', { method: 'POST' })).status, 400);
  assert.equal((await call('/nothing')).status, 404);
  assert.equal(world.ledger.entries.length, before);
});

test('one thing is sent by a link at a time, so that many large ones do not fill the memory', async () => {
  const first = request(`${url}/documents?name=slow`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-length': 9, expect: '100-continue' },
  });
  first.flushHeaders();
  const answered = once(first, 'response');
  await once(first, 'continue');
  const second = await call('/documents?name=a', { method: 'POST', body: 'x' });
  assert.deepEqual([second.status, second.body.error.code], [503, 'ledger-overloaded']);
  assert.equal((await call('/case')).status, 200, 'reading goes on');
  const before = world.ledger.entries.length;
  first.destroy();
  await answered.catch(() => {});
  assert.equal(world.ledger.entries.length, before);
  await until('what broke off makes room', async () => {
    const again = await post('/submissions', { kind: 'complaint', text: 'It broke off.' });
    return again.status === 201;
  });
});

test('the account appeals by itself; the appeal is like any other', async () => {
  const sent = await post('/submissions', { kind: 'appeal', text: 'These were our students.' });
  assert.match(sent.body.appeal, /^appeal-/);
  await look(world.cases, 'case-1', cleo);
  assert.equal(world.cases.show('case-1', cleo).state, 'appealed');
  assert.equal(world.entries('appeal')[0]?.by, 'acct-0000');
  assert.equal((await call('/case')).body.appeals[0].isDecided, false);
});

test('a forged, changed, withdrawn or expired link gets a clear answer', async () => {
  const [, link] = token.split('.') as [string, string];
  const forged = `pcl1.${link}.${'A'.repeat(43)}`;
  const changed = token.replace(/.$/, (last) => (last === 'A' ? 'E' : 'A'));
  for (const bad of [
    forged,
    changed,
    `pcl1.link-000000000000000000.${token.split('.')[2]}`,
    'x',
    'pc_operator_x',
  ]) {
    const { status, body } = await call('/case', {}, bad);
    assert.deepEqual([status, body.error.code], [401, 'unauthenticated'], bad);
    assert.match(body.error.message, /Copy it whole/);
  }
  assert.equal((await fetch(`${url}/case`)).status, 401);
  const other = await world.cases.hearing.issue({ case: 'case-1', account: 'acct-0001', by: ada, days: 1 });
  await world.cases.hearing.revoke({ link: other.link, by: ada, reason: 'Sent to the wrong address.' });
  const withdrawn = await call('/case', {}, other.token);
  assert.deepEqual([withdrawn.status, withdrawn.body.error.code], [410, 'gone']);
  const short = await world.cases.hearing.issue({ case: 'case-1', account: 'acct-0001', by: ada, days: 1 });
  world.advance(2 * DAY_MS);
  const expired = await call('/case', {}, short.token);
  assert.equal(expired.status, 410);
  assert.match(expired.body.error.message, /ended on .* what you sent is kept/);
});

test('what nobody acknowledges in thirty days is recorded as missed', async () => {
  world.advance(31 * DAY_MS);
  await world.cases.tick();
  await world.cases.tick();
  const missed = world.entries('deadline.missed').filter((each) => each.deadline === 'acknowledgement');
  // The document, the second complaint and the appeal; the first complaint was acknowledged.
  assert.equal(missed.length, 3);
});

test('who calls without end is told to wait', async () => {
  let last = 200;
  for (let i = 0; i < 130 && last !== 503; i++) last = (await call('/case', {}, 'x')).status;
  assert.equal(last, 503);
  assert.equal((await call('/case')).status, 200, 'who has a link is not shut out by who has none');
});
