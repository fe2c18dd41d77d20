import assert from 'node:assert/strict';
import { test } from 'node:test';
import { look } from './test/case-people.ts';
import { createCaseWorld, person, REASONS, RULE } from './test/case-world.ts';

test('a finding opens a case; two people hold it; the gates hear of it', async () => {
  const world = await createCaseWorld();
  const accounts = await world.createAccounts(5);
  await world.find('camp-1', accounts.slice(0, 4));
  const [opened] = world.cases.list();
  assert.equal(opened?.case, 'case-1');
  assert.equal(opened.accountsTotal, 4);

  const ada = person('ada');
  const ben = person('ben');
  await look(world.cases, 'case-1', ada);
  const proposed = await world.cases.decide({
    case: 'case-1',
    by: ada,
    measure: 'hold',
    reasons: REASONS,
    rule: RULE,
  });
  assert.equal(proposed.step, 'proposed');
  assert.equal(world.entries('standing.set').length, 0);

  await look(world.cases, 'case-1', ben);
  const before = performance.now();
  await world.cases.confirm({ case: 'case-1', decision: proposed.decision, by: ben, reasons: REASONS });
  assert.ok(performance.now() - before < 1000);
  assert.deepEqual(
    accounts.map((account) => {
      const told = world.gateKnows(account);
      return told?.kind === 'account' ? [told.account.standing, told.account.case] : undefined;
    }),
    [...Array(4).fill(['hold', 'case-1']), ['open', null]],
  );
  assert.equal(world.entries('standing.set').length, 1);
  assert.equal(world.cases.show('case-1', person('otto', 'auditor')).state, 'decided');
  assert.deepEqual(world.errors, []);
  world.stop();
});
