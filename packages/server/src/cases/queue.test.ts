import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMemoryLedger } from '../projections/test/memory-ledger.ts';
import { ada, ben, cleo, hold, look, refused, said } from './test/case-people.ts';
import { createCaseWorld, person, REASONS } from './test/case-world.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

test('what weighs most comes first: harm × how near the deadline is, and nothing that a detector scored', async () => {
  const world = await createCaseWorld();
  await world.find('small', ['a'], { exchanges: 100, statistic: 99 });
  world.advance(60 * HOUR_MS);
  await world.find('large', ['b'], { exchanges: 300, statistic: 1 });
  await world.find('bounded', ['c'], {
    exchanges: 200,
    bound: { kind: 'alpha', alpha: 0.01, statement: 'At most one in a hundred.' },
  });
  const order = () => world.cases.list().map((each) => [each.case, each.priority]);
  // 60 of 72 hours are over for the first: 100 × (1 + 9 × 60/72).
  assert.deepEqual(order(), [
    ['case-1', 850],
    ['case-2', 300],
    ['case-3', 200],
  ]);
  world.advance(13 * HOUR_MS);
  assert.deepEqual(order()[0], ['case-1', 2000]);
  assert.equal(world.cases.list()[0]?.isMissed, true);
  world.stop();
});

test('a case is one person’s for a time: another is told who has it, until it is over, given back or decided', async () => {
  const world = await createCaseWorld();
  await world.find('camp', ['a']);
  const { cases } = world;
  const taken = await cases.take({ case: 'case-1', by: ada });
  assert.equal(taken.step, 'taken');
  assert.deepEqual(cases.list()[0]?.lease, { by: 'ada', untilMs: taken.untilMs });
  await assert.rejects(
    cases.take({ case: 'case-1', by: ben }),
    refused('conflict', /ada works on case-1 until 2026-09-.*Z\. Wait for that, ask ada/),
  );
  await assert.rejects(cases.release({ case: 'case-1', by: ben }), refused('conflict', /does not have/));
  // Looking is for everybody; deciding is not.
  for (const by of [ada, ben]) await look(cases, 'case-1', by);
  const slow = { case: 'case-1', measure: 'slow', ...said } as const;
  await assert.rejects(cases.decide({ ...slow, by: ben }), refused('conflict', /ada works on case-1/));
  world.advance(20 * MINUTE_MS);
  const extended = await cases.take({ case: 'case-1', by: ada });
  assert.deepEqual([extended.step, extended.untilMs > taken.untilMs], ['extended', true]);
  world.advance(31 * MINUTE_MS);
  assert.equal(cases.list()[0]?.lease, null, 'it is over by itself');
  assert.equal((await cases.take({ case: 'case-1', by: ben })).step, 'taken');
  await cases.release({ case: 'case-1', by: ben });
  await cases.take({ case: 'case-1', by: ada });
  await cases.decide({ ...slow, by: ada });
  assert.equal(cases.list()[0]?.lease, null, 'a decision gives it back');
  await assert.rejects(
    cases.take({ case: 'case-1', by: person('otto', 'auditor') }),
    refused('forbidden', /only reads/),
  );
  world.stop();
});

test('of two people who take a case at once, one has it and the other is told', async () => {
  const world = await createCaseWorld();
  await world.find('camp', ['a']);
  const answers = await Promise.allSettled([ada, ben].map((by) => world.cases.take({ case: 'case-1', by })));
  assert.deepEqual(
    answers.map((each) => each.status),
    ['fulfilled', 'rejected'],
  );
  assert.equal(world.entries('case.leased').length, 1);
  world.stop();
});

test('a missed deadline is recorded once, raised to admins, also after a restart; an appeal has one of its own', async () => {
  const world = await createCaseWorld();
  await world.find('camp', ['a']);
  world.advance(71 * HOUR_MS);
  await world.cases.tick();
  assert.equal(world.entries('deadline.missed').length, 0);
  world.advance(2 * HOUR_MS);
  await world.cases.tick();
  await world.cases.tick();
  const [missed, ...more] = world.entries('deadline.missed');
  assert.deepEqual([missed?.of, missed?.deadline, missed?.raised_to], ['case-1', 'case-decision', 'admin']);
  assert.equal(more.length, 0);
  const kept = world.ledger.entries.map((each) => each.entry);
  world.stop();

  const again = await createCaseWorld({ ledger: createMemoryLedger(kept) });
  again.advance(100 * HOUR_MS);
  await again.cases.tick();
  assert.equal(again.entries('deadline.missed').length, 1);
  await hold(again);
  await again.createAccounts(1, 'a');
  again.advance(500 * HOUR_MS);
  await again.cases.tick();
  assert.equal(again.entries('deadline.missed').length, 1, 'what is decided has no deadline');
  again.stop();
});

test('an appeal that nobody hears in its time is raised, although the case was decided in its own', async () => {
  const world = await createCaseWorld();
  const [account] = (await world.createAccounts(1)) as [string];
  await world.find('camp', [account]);
  await hold(world);
  await world.cases.appeal({ case: 'case-1', account, by: cleo, grounds: REASONS });
  world.advance(169 * HOUR_MS);
  await world.cases.tick();
  assert.deepEqual(
    world.entries('deadline.missed').map((each) => each.deadline),
    ['appeal-decision'],
  );
  world.stop();
});

test('a proposal that answers an appeal, or would replace a decision, is no missed decision of the case', async () => {
  const world = await createCaseWorld();
  const [account] = (await world.createAccounts(1)) as [string];
  await world.find('camp', [account]);
  await hold(world);
  world.advance(100 * HOUR_MS);
  const propose = { case: 'case-1', measure: 'closed', ...said } as const;
  const { decision } = await world.cases.decide({ ...propose, by: ada, again: true });
  await world.cases.tick();
  assert.equal(world.entries('deadline.missed').length, 0, 'decided in time, and proposed just now');
  await world.cases.reject({ case: 'case-1', decision, by: ben, reasons: REASONS });
  await world.cases.appeal({ case: 'case-1', account, by: ada, grounds: REASONS });
  await look(world.cases, 'case-1', cleo);
  await world.cases.decide({ ...propose, by: cleo });
  await world.cases.tick();
  assert.equal(world.entries('deadline.missed').length, 0, 'the appeal has days left');
  world.advance(169 * HOUR_MS);
  await world.cases.tick();
  await world.cases.tick();
  assert.deepEqual(
    world.entries('deadline.missed').map((each) => each.deadline),
    ['appeal-decision'],
  );
  world.stop();
});

test('each appeal of a case has its own deadline, and each is recorded once', async () => {
  const world = await createCaseWorld();
  const accounts = (await world.createAccounts(2)) as [string, string];
  await world.find('camp', accounts);
  await hold(world);
  const appeal = (account: string) =>
    world.cases.appeal({ case: 'case-1', account, by: ada, grounds: REASONS });
  const { appeal: first } = await appeal(accounts[0]);
  world.advance(169 * HOUR_MS);
  await world.cases.tick();
  await appeal(accounts[1]);
  await world.cases.tick();
  assert.equal(world.entries('deadline.missed').length, 1, 'the first is late once');
  await look(world.cases, 'case-1', cleo);
  await world.cases.decide({ case: 'case-1', by: cleo, measure: 'open', appeal: first, ...said });
  world.advance(100 * HOUR_MS);
  await world.cases.tick();
  assert.equal(world.entries('deadline.missed').length, 1, 'the second has time left');
  assert.deepEqual(
    world.cases.deadlines().map((each) => [each.deadline, each.isLate, each.missedIndex]),
    [['appeal-decision', false, null]],
  );
  world.advance(69 * HOUR_MS);
  await world.cases.tick();
  assert.equal(world.entries('deadline.missed').length, 2);
  world.stop();
});
