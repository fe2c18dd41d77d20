import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ada, ben, cleo, hold, look, refused, standing } from './test/case-people.ts';
import { createCaseWorld, REASONS } from './test/case-world.ts';

test('an innocent account is taken out and opened by itself; the case goes on without it, and news do not bring it back', async () => {
  const world = await createCaseWorld();
  await world.find('camp', ['a', 'b', 'c']);
  const { cases } = world;
  const sever = { case: 'case-1', account: 'b', by: cleo, reasons: 'One class, and one worksheet.' };
  await assert.rejects(cases.sever(sever), refused('conflict', /has not opened the evidence/));
  await look(cases, 'case-1', cleo);
  assert.equal((await cases.sever(sever)).accountsTotal, 1);
  const shown = cases.show('case-1', cleo);
  assert.deepEqual([shown.state, shown.accountsTotal], ['open', 2]);
  assert.deepEqual(
    shown.severed.map((each) => [each.account, each.by]),
    [['b', 'cleo']],
  );
  await assert.rejects(cases.sever(sever), refused('not-found', /not part of case-1/));
  await world.find('camp', ['a', 'b', 'c']);
  assert.equal(cases.show('case-1', cleo).accountsTotal, 2);
  await hold(world);
  assert.deepEqual(
    ['a', 'b', 'c'].map((each) => standing(world, each)),
    ['hold', 'open', 'hold'],
  );
  world.stop();
});

test('one that is held is severed after the decision too, and the case stays decided; the last one is not severed', async () => {
  const world = await createCaseWorld();
  await world.find('camp', ['a', 'b']);
  await hold(world);
  await look(world.cases, 'case-1', cleo);
  await world.cases.sever({ case: 'case-1', account: 'b', by: cleo, reasons: REASONS });
  assert.equal(standing(world, 'b'), 'open');
  assert.equal(world.cases.show('case-1', cleo).state, 'decided');
  await assert.rejects(
    world.cases.sever({ case: 'case-1', account: 'a', by: cleo, reasons: REASONS }),
    refused('conflict', /the only account of case-1\. Dismiss/),
  );
  world.stop();
});

test('severing that is undone puts the account back; and it waits for a proposal to be answered', async () => {
  const world = await createCaseWorld({ settings: { undoSeconds: 60 } });
  await world.find('camp', ['a', 'b']);
  const { cases } = world;
  for (const by of [ada, ben, cleo]) await look(cases, 'case-1', by);
  const sever = { case: 'case-1', account: 'b', by: cleo, reasons: REASONS };
  const { decision } = await cases.sever(sever);
  assert.equal(cases.show('case-1', cleo).accountsTotal, 1);
  await cases.undo({ case: 'case-1', decision, by: cleo, reasons: REASONS });
  assert.equal(cases.show('case-1', cleo).accountsTotal, 2);
  await cases.decide({ case: 'case-1', by: ada, measure: 'hold', reasons: REASONS, rule: REASONS });
  await assert.rejects(cases.sever(sever), refused('conflict', /waits for another person/));
  world.stop();
});
