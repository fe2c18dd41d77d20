import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMemoryLedger } from '../projections/test/memory-ledger.ts';
import { ada, cleo, hold, look, refused, said } from './test/case-people.ts';
import { type CaseWorld, createCaseWorld } from './test/case-world.ts';

const APPEAL = { kind: 'appeal', text: 'These were our students.' } as const;

async function linkOf({ cases }: CaseWorld, account: string) {
  return cases.hearing.open((await cases.hearing.issue({ case: 'case-1', account, by: ada })).token);
}

test('wherever a crash cuts an appeal by link, sending it again leaves one that is open', async () => {
  const world = await createCaseWorld();
  const [account] = (await world.createAccounts(2)) as [string, string];
  await world.find('camp', [account, 'acct-0001']);
  await hold(world);
  const link = await linkOf(world, account);
  const before = world.ledger.entries.length;
  await world.cases.hearing.submit(link, APPEAL);
  const after = world.ledger.entries.length;
  world.stop();
  for (let cut = before; cut <= after; cut++) {
    const kept = world.ledger.entries.slice(0, cut).map(({ entry }) => entry);
    const ledger = createMemoryLedger(kept, world.ledger.contents);
    const again = await createCaseWorld({ ledger, keys: world.keys });
    const told = await again.cases.hearing.submit(link, APPEAL).then(() => 'taken', String);
    if (cut > before) assert.match(told, /received before|has an open appeal/);
    const { appeals } = again.cases.hearing.show(link);
    assert.deepEqual(
      appeals.map((each) => each.isDecided),
      [false],
      `cut at ${cut - before} of ${after - before}`,
    );
    again.stop();
  }
});

test('an appeal against nothing is refused and not kept', async () => {
  const world = await createCaseWorld();
  const [account] = (await world.createAccounts(1)) as [string];
  await world.find('camp', [account]);
  const link = await linkOf(world, account);
  await assert.rejects(world.cases.hearing.submit(link, APPEAL), refused('conflict', /nothing to appeal/));
  assert.equal(world.entries('representation.received').length, 0);
  world.stop();
});

test('nobody decides an appeal who has not opened what the account sent with it', async () => {
  const world = await createCaseWorld();
  const [account] = (await world.createAccounts(1)) as [string];
  await world.find('camp', [account]);
  await hold(world);
  const link = await linkOf(world, account);
  await world.cases.hearing.submit(link, APPEAL);
  await look(world.cases, 'case-1', cleo);
  const name = 'timetable.txt';
  const sent = await world.cases.hearing.submit(link, { kind: 'document', name, bytes: new Uint8Array(9) });
  const open = { case: 'case-1', by: cleo, measure: 'open', ...said } as const;
  await assert.rejects(
    world.cases.decide(open),
    refused('conflict', new RegExp(`has not opened representation:${sent.representation}`)),
  );
  await world.cases.openEvidence({ case: 'case-1', by: cleo });
  await world.cases.decide(open);
  world.stop();
});
