import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDecisionMembers } from '../projections/decisions-projection.ts';
import { readStanding } from '../projections/standings-projection.ts';
import { createMemoryLedger } from '../projections/test/memory-ledger.ts';
import { accountsSha256 } from './member-list.ts';
import { ada, ben, cleo, hold, look, refused, said, standing } from './test/case-people.ts';
import { createCaseWorld, person, REASONS } from './test/case-world.ts';

test('mild measures take effect by one person, for some or all', async () => {
  const world = await createCaseWorld();
  await world.find('camp', ['a', 'b', 'c']);
  await look(world.cases, 'case-1', ada);
  const slow = await world.cases.decide({
    case: 'case-1',
    by: ada,
    measure: 'slow',
    accounts: ['a', 'b'],
    ...said,
  });
  assert.deepEqual([slow.step, slow.accountsTotal], ['final', 2]);
  assert.deepEqual(
    ['a', 'b', 'c'].map((each) => standing(world, each)),
    ['slow', 'slow', 'open'],
  );
  assert.equal(world.entries('decision')[0]?.accounts, 'some');
  await assert.rejects(
    world.cases.decide({ case: 'case-1', by: ada, measure: 'plain', ...said }),
    refused('conflict', /is decided\. .*--again/),
  );
  await world.cases.decide({ case: 'case-1', by: ada, measure: 'plain', again: true, ...said });
  assert.equal(standing(world, 'c'), 'plain');
  await world.cases.reopen({ case: 'case-1', by: ben, reasons: REASONS }).catch(() => undefined);
  assert.equal(standing(world, 'c'), 'plain', 'ben has not looked');
  await world.cases.reopen({ case: 'case-1', by: ada, reasons: REASONS });
  assert.deepEqual(
    ['a', 'b', 'c'].map((each) => standing(world, each)),
    ['open', 'open', 'open'],
  );
  world.stop();
});

test('reasons that nobody can read are none', async () => {
  const world = await createCaseWorld();
  await world.find('camp', ['a']);
  await look(world.cases, 'case-1', ada);
  for (const reasons of ['\u200b'.repeat(40), '\u2800'.repeat(40), '.'.repeat(40)])
    await assert.rejects(
      world.cases.decide({ case: 'case-1', by: ada, measure: 'slow', ...said, reasons }),
      refused('bad-request', /reasons/),
    );
  world.stop();
});

test('severe measures need another person, with reasons, who has looked', async () => {
  const world = await createCaseWorld();
  await world.find('camp', ['a']);
  const { cases } = world;
  const ask = { case: 'case-1', measure: 'closed', ...said } as const;
  await assert.rejects(cases.decide({ ...ask, by: ada }), refused('conflict', /has not opened the evidence/));
  await look(cases, 'case-1', ada);
  await assert.rejects(
    cases.decide({ ...ask, by: ada, reasons: 'too short' }),
    refused('bad-request', /20 to 2000/),
  );
  await assert.rejects(
    cases.decide({ ...ask, by: person('otto', 'auditor') }),
    refused('forbidden', /only reads/),
  );
  const { decision, step } = await cases.decide({ ...ask, by: ada });
  assert.equal(step, 'proposed');
  await assert.rejects(cases.decide({ ...ask, by: ben }), refused('conflict', /waits for another person/));
  const answer = { case: 'case-1', decision, reasons: REASONS };
  await assert.rejects(
    cases.confirm({ ...answer, by: ada }),
    refused('forbidden', /two different people.*--confirm/),
  );
  // Another token of the same person is the same person, whatever its role.
  await assert.rejects(
    cases.confirm({ ...answer, by: person('ada', 'admin') }),
    refused('forbidden', /two different/),
  );
  await assert.rejects(cases.confirm({ ...answer, by: ben }), refused('conflict', /ben has not opened/));
  await look(cases, 'case-1', ben);
  await cases.reject({ ...answer, by: ben });
  assert.equal(cases.show('case-1', person('otto', 'auditor')).state, 'open');
  await assert.rejects(cases.confirm({ ...answer, by: ben }), refused('conflict', /does not wait/));
  assert.equal(world.entries('standing.set').length, 0);
  world.stop();
});

test('of two people who answer at once, one is heard', async () => {
  const world = await createCaseWorld();
  await world.find('camp', ['a']);
  for (const by of [ada, ben, cleo]) await look(world.cases, 'case-1', by);
  const { decision } = await world.cases.decide({ case: 'case-1', by: ada, measure: 'hold', ...said });
  const answers = await Promise.allSettled([
    world.cases.confirm({ case: 'case-1', decision, by: ben, reasons: REASONS }),
    world.cases.reject({ case: 'case-1', decision, by: cleo, reasons: REASONS }),
  ]);
  assert.deepEqual(
    answers.map((each) => each.status),
    ['fulfilled', 'rejected'],
  );
  world.stop();
});

test('who looked before the case grew looks again', async () => {
  const world = await createCaseWorld();
  await world.find('camp', ['a']);
  await look(world.cases, 'case-1', ada);
  await world.find('camp', ['a', 'b']);
  const ask = { case: 'case-1', by: ada, measure: 'slow', ...said } as const;
  await assert.rejects(world.cases.decide(ask), refused('conflict', /has grown or was appealed since ada/));
  await look(world.cases, 'case-1', ada);
  assert.equal((await world.cases.decide(ask)).accountsTotal, 2);
  world.stop();
});

test('an account in two cases has the strictest standing any of them asks for', async () => {
  const world = await createCaseWorld();
  await world.find('one', ['a', 'b']);
  await world.find('two', ['b', 'c']);
  await hold(world, 'case-1');
  await look(world.cases, 'case-2', cleo);
  await world.cases.decide({ case: 'case-2', by: cleo, measure: 'slow', ...said });
  assert.deepEqual(
    ['a', 'b', 'c'].map((each) => standing(world, each)),
    ['hold', 'hold', 'slow'],
  );
  await world.cases.reopen({ case: 'case-1', by: ada, reasons: REASONS });
  assert.deepEqual(
    ['a', 'b', 'c'].map((each) => standing(world, each)),
    ['open', 'slow', 'slow'],
  );
  assert.equal(readStanding(world.store.db, 'b')?.case, 'case-2');
  world.stop();
});

test('a decision about many accounts is in parts, each entry within its bound', async () => {
  const world = await createCaseWorld();
  const accounts = Array.from({ length: 700 }, (_, i) => `account-${i}-`.padEnd(64, 'x'));
  await world.find('camp', accounts);
  await hold(world);
  const decisions = world.entries('decision');
  assert.deepEqual(
    decisions.map((each) => each.step),
    ['proposed', 'confirmed'],
  );
  for (const each of decisions) {
    assert.deepEqual([each.accounts_total, each.accounts_sha256], [700, accountsSha256(accounts)]);
    assert.deepEqual(readDecisionMembers(world.store.db, each.decision), accounts.toSorted());
  }
  const set = world.entries('standing.set').flatMap((each) => each.accounts);
  assert.deepEqual(set.toSorted(), accounts.toSorted());
  world.stop();
});

test('wherever the ledger stops while a decision is made, a start finishes it and does nothing twice', async () => {
  const accounts = Array.from({ length: 300 }, (_, i) => `account-${i}`);
  for (let after = 0; after < 12; after++) {
    const world = await createCaseWorld();
    await world.find('camp', accounts);
    await look(world.cases, 'case-1', ada);
    world.ledger.failAfter(after);
    await world.cases.decide({ case: 'case-1', by: ada, measure: 'slow', ...said }).catch(() => undefined);
    const kept = world.ledger.entries.map((each) => each.entry);
    world.stop();
    const again = await createCaseWorld({ ledger: createMemoryLedger(kept) });
    const decided = again.entries('decision').length;
    const set = again.entries('standing.set').flatMap((each) => each.accounts);
    assert.deepEqual(set.toSorted(), decided === 1 ? accounts.toSorted() : [], `stopped after ${after}`);
    again.stop();
  }
});

test('a campaign of 25,000 accounts is decided, and the gates know all of them within seconds', async () => {
  const world = await createCaseWorld({ budgetSlots: 30_000 });
  const accounts = await world.createAccounts(25_000);
  await world.find('camp', accounts);
  await look(world.cases, 'case-1', ada);
  const beganMs = performance.now();
  await world.cases.decide({ case: 'case-1', by: ada, measure: 'slow', ...said });
  const tookMs = performance.now() - beganMs;
  const slow = world.directory
    .snapshot()
    .filter((each) => each.kind === 'account' && each.account.standing === 'slow');
  assert.equal(slow.length, 25_000);
  assert.ok(tookMs < 10_000, `${tookMs} ms`);
  world.stop();
});
