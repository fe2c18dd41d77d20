import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMemoryLedger } from '../projections/test/memory-ledger.ts';
import { look } from './test/case-people.ts';
import { createCaseWorld, person, REASONS, RULE } from './test/case-world.ts';

const ada = person('ada');

async function dismiss(world: Awaited<ReturnType<typeof createCaseWorld>>, caseId: string) {
  await look(world.cases, caseId, ada);
  await world.cases.decide({ case: caseId, by: ada, measure: 'dismiss', reasons: REASONS, rule: RULE });
}

test('one case a campaign: it grows while undecided, and news after a decision opens another', async () => {
  const world = await createCaseWorld();
  await world.find('camp', ['a', 'b']);
  await world.find('camp', ['a', 'b']); // nothing new
  await world.find('camp', ['a', 'b', 'c']);
  assert.equal(world.entries('case.opened').length, 1);
  assert.equal(world.entries('case.extended').length, 1);
  assert.equal(world.cases.list()[0]?.accountsTotal, 3);
  await dismiss(world, 'case-1');
  await world.find('camp', ['a', 'c']);
  assert.equal(world.entries('case.opened').length, 1);
  await world.find('camp', ['c', 'd']);
  assert.deepEqual(
    world.cases.list().map((each) => [each.case, each.state, each.accountsTotal]),
    [
      ['case-2', 'open', 2],
      ['case-1', 'decided', 2 + 1],
    ],
  );
  assert.deepEqual(world.errors, []);
  world.stop();
});

test('a campaign that supersedes others goes on in their case', async () => {
  const world = await createCaseWorld();
  await world.find('left', ['a', 'b']);
  await world.find('merged', ['a', 'b', 'c'], { supersedes: ['left', 'right'] });
  await world.find('merged', ['a', 'b', 'c', 'd']);
  assert.deepEqual(
    world.cases.list().map((each) => [each.case, each.campaign, each.accountsTotal]),
    [['case-1', 'left', 4]],
  );
  world.stop();
});

test('findings at once open one case each campaign, the weightiest first, whatever bound a finding states', async () => {
  const world = await createCaseWorld();
  await Promise.all([
    world.find('small', ['a', 'b']),
    world.find('large', ['c', 'd', 'e', 'g']),
    world.find('small', ['a', 'b', 'x']),
    world.find('sure', ['f'], { bound: { kind: 'alpha', alpha: 0.01, statement: 'At most 0.01.' } }),
  ]);
  assert.equal(world.entries('case.opened').length, 3);
  assert.deepEqual(
    world.cases.list().map((each) => each.campaign),
    ['large', 'small', 'sure'],
  );
  world.stop();
});

test('a start over the same ledger opens nothing twice, and finishes what was cut off', async () => {
  const first = await createCaseWorld();
  await first.find('camp', ['a', 'b']);
  const entries = first.ledger.entries.map((each) => each.entry);
  first.stop();
  const again = await createCaseWorld({ ledger: createMemoryLedger(entries) });
  assert.equal(again.ledger.entries.length, entries.length);
  again.stop();
  // Cut off after the finding's members, before the case.
  const cut = entries.slice(
    0,
    entries.findIndex((each) => each.type === 'case.opened'),
  );
  const finished = await createCaseWorld({ ledger: createMemoryLedger(cut) });
  assert.equal(finished.entries('case.opened').length, 1);
  finished.stop();
});
