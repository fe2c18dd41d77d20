import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { REASONS, RULE } from '../cases/test/case-world.ts';
import { createAdminWorld } from './test/admin-world.ts';

// What the machine thinks is kept from a person until they have said what they see themselves: in every answer of the admin API.

let world: Awaited<ReturnType<typeof createAdminWorld>>;
before(async () => {
  world = await createAdminWorld();
  await world.find('camp', ['a', 'b'], { statistic: 7654.25 });
});
after(() => world.close());

const SCORE = /7654\.25|Nobody has measured|"statistic"|"bound"/;
const view = { view: 'not', reasons: REASONS };

/** Everything that a person can read about the case. */
async function readAll(who: string): Promise<string> {
  const answers = [
    await world.call(who, 'GET', '/v1/status'),
    await world.call(who, 'GET', '/v1/findings'),
    await world.call(who, 'GET', '/v1/cases'),
    await world.call(who, 'GET', '/v1/cases/case-1'),
    await world.call(who, 'POST', '/v1/cases/case-1/evidence', {}),
  ];
  return JSON.stringify(answers.map((each) => each.body));
}

test('no answer holds the score before the person has committed a view; after it, all do, and the ledger has both in order', async () => {
  assert.doesNotMatch(await readAll('ada'), SCORE);
  const early = await world.call('ada', 'POST', '/v1/cases/case-1/decisions', {
    measure: 'slow',
    reasons: REASONS,
    rule: RULE,
  });
  assert.equal(early.status, 409);
  assert.match(
    early.body.error.message,
    /ada has not committed a view of case-1\. .* portcullis case commit/,
  );
  const committed = await world.call('ada', 'POST', '/v1/cases/case-1/views', view);
  assert.equal(committed.body.score.statistic, 7654.25);
  assert.match(await readAll('ada'), SCORE);
  assert.equal((await world.call('ada', 'GET', '/v1/findings')).body.findings[0].entry.statistic, 7654.25);
  assert.doesNotMatch(await readAll('ben'), SCORE, 'what ada saw, ben did not');
  const types = world.ledger.entries.map(({ entry }) => entry.type);
  assert.ok(types.indexOf('view.committed') < types.indexOf('score.shown'));
  assert.ok(types.indexOf('rules.adopted') < types.indexOf('view.committed'));
});

test('what others said is kept from who has not said it themselves', async () => {
  const hold = { measure: 'hold', reasons: 'Ada alone says so, and at length.', rule: RULE };
  await world.call('ada', 'POST', '/v1/cases/case-1/decisions', hold);
  const blind = await world.call('ben', 'GET', '/v1/cases/case-1');
  assert.deepEqual([blind.body.views[0].view, blind.body.views[0].reasons], [null, null]);
  assert.equal(blind.body.decisions[0].reasons, null);
  await world.call('ben', 'POST', '/v1/cases/case-1/views', { view: 'unsure', reasons: REASONS });
  const seeing = await world.call('ben', 'GET', '/v1/cases/case-1');
  assert.deepEqual(
    seeing.body.views.map((each: { view: string; blind: boolean }) => [each.view, each.blind]),
    [
      ['not', true],
      ['unsure', true],
    ],
  );
  assert.equal(seeing.body.decisions[0].reasons, hold.reasons);
});

test('a view needs the evidence opened, a known word and reasons; an auditor has none', async () => {
  const path = '/v1/cases/case-1/views';
  assert.equal((await world.call('cleo', 'POST', path, view)).status, 409);
  await world.call('cleo', 'POST', '/v1/cases/case-1/evidence', {});
  assert.equal((await world.call('cleo', 'POST', path, { ...view, view: 'guilty' })).status, 400);
  assert.equal((await world.call('cleo', 'POST', path, { ...view, reasons: 'so' })).status, 400);
  assert.equal((await world.call('otto', 'POST', path, view)).status, 403);
});

test('who only reads sees the score of decided cases; a second token as auditor is no way around', async () => {
  assert.doesNotMatch(JSON.stringify((await world.call('otto', 'GET', '/v1/cases/case-1')).body), SCORE);
  const { token } = await world.operators.add({ operator: 'cleo', role: 'auditor', by: 'admin' });
  const { body } = await world.call('ben', 'GET', '/v1/cases/case-1');
  await world.call('ben', 'POST', `/v1/cases/case-1/decisions/${body.pending}/confirm`, { reasons: REASONS });
  assert.match(JSON.stringify((await world.call('otto', 'GET', '/v1/cases/case-1')).body), SCORE);
  assert.doesNotMatch(JSON.stringify((await world.call(token, 'GET', '/v1/cases/case-1')).body), SCORE);
  assert.doesNotMatch(JSON.stringify((await world.call(token, 'GET', '/v1/findings')).body), SCORE);
});

test('nor are reasons told by what was severed, undone or done at once', async (t) => {
  const own = await createAdminWorld({ settings: { undoSeconds: 60 } });
  t.after(() => own.close());
  await own.find('camp', ['a', 'b', 'c']);
  await own.call('ada', 'POST', '/v1/cases/case-1/evidence', {});
  await own.call('ada', 'POST', '/v1/cases/case-1/views', view);
  const reasons = 'Account c is a school, as all can see.';
  const path = '/v1/cases/case-1';
  const severed = await own.call('ada', 'POST', `${path}/accounts/c/sever`, { reasons });
  const undo = `${path}/decisions/${severed.body.decision}/undo`;
  assert.equal((await own.call('ada', 'POST', undo, { reasons })).status, 201);
  own.advance(1000);
  await own.call('ada', 'POST', `${path}/accounts/c/sever`, { reasons });
  const read = async (who: string) =>
    JSON.stringify([
      (await own.call(who, 'GET', path)).body,
      (await own.call(who, 'GET', '/v1/ledger/entries')).body,
    ]);
  assert.match(await read('ada'), /a school/);
  assert.doesNotMatch(await read('ben'), /a school/);
});
