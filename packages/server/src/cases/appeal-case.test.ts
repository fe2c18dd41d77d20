import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ada, ben, cleo, hold, look, refused, said, standing } from './test/case-people.ts';
import { createCaseWorld, person, REASONS } from './test/case-world.ts';

test('an appeal goes to who took no part, and its grounds are sealed', async () => {
  const world = await createCaseWorld();
  const accounts = await world.createAccounts(2);
  const account = accounts[0] as string;
  await world.find('camp', accounts);
  const { cases } = world;
  const grounds = 'We teach four classes from one worksheet.';
  const ask = { case: 'case-1', account, by: cleo, grounds };
  await assert.rejects(cases.appeal(ask), refused('conflict', /nothing to appeal/));
  await hold(world);
  const { appeal } = await cases.appeal(ask);
  await assert.rejects(cases.appeal(ask), refused('conflict', /open appeal/));
  assert.equal(cases.show('case-1', person('otto', 'auditor')).state, 'appealed');
  assert.ok(!JSON.stringify(world.ledger.entries).includes('worksheet'));
  for (const by of [ada, ben, cleo]) {
    const { opened } = await cases.openEvidence({ case: 'case-1', by, items: [`appeal:${appeal}`] });
    assert.deepEqual(opened[0]?.content, { grounds });
  }
  for (const by of [ada, ben])
    await assert.rejects(
      cases.decide({ case: 'case-1', by, measure: 'open', ...said }),
      refused('forbidden', /somebody else/),
    );
  // Who read the grounds alone has not seen what they answer.
  const answer = { case: 'case-1', by: cleo, measure: 'dismiss', ...said } as const;
  await assert.rejects(cases.decide(answer), refused('conflict', /cleo has not opened finding:/));
  await look(cases, 'case-1', cleo);
  const heard = await cases.decide(answer);
  assert.equal(heard.accountsTotal, 1);
  assert.deepEqual(
    accounts.map((each) => standing(world, each)),
    ['open', 'hold'],
  );
  assert.equal(cases.show('case-1', person('otto', 'auditor')).state, 'decided');
  // Erasing the account erases what it said.
  await world.directory.erase({
    account,
    reason: 'Asked for by the account.',
    legalBasis: 'GDPR, article 17',
    by: 'admin',
  });
  const { opened } = await cases.openEvidence({ case: 'case-1', by: ben, items: [`appeal:${appeal}`] });
  assert.deepEqual([opened[0]?.content, opened[0]?.missing], [null, 'erased']);
  world.stop();
});

test('who decided about other accounts only may hear an appeal, and decides nothing else under its name', async () => {
  const world = await createCaseWorld();
  const accounts = await world.createAccounts(3);
  const [first, second, third] = accounts as [string, string, string];
  await world.find('camp', accounts);
  await hold(world);
  const { cases } = world;
  const open = { case: 'case-1', by: cleo, measure: 'open', ...said } as const;
  const ask = { case: 'case-1', by: cleo, grounds: 'We teach from one worksheet.' };
  await cases.appeal({ ...ask, account: first });
  await look(cases, 'case-1', cleo);
  await cases.decide(open);
  // She decided about the first account only, so that she hears the second; ada and ben decided about all of them.
  const { appeal } = await cases.appeal({ ...ask, account: second });
  for (const by of [ada, ben, cleo]) await look(cases, 'case-1', by);
  await assert.rejects(
    cases.decide({ ...open, accounts: [first, second] }),
    refused('forbidden', /decide about acct-0001 alone/),
  );
  await assert.rejects(cases.decide({ ...open, by: ada }), refused('forbidden', /somebody else/));
  const { decision } = await cases.decide({ ...open, measure: 'closed' });
  await assert.rejects(
    cases.confirm({ case: 'case-1', decision, by: ben, reasons: REASONS }),
    refused('forbidden', /somebody else/),
  );
  await cases.reject({ case: 'case-1', decision, by: cleo, reasons: REASONS });
  await cases.decide({ ...open, appeal });
  assert.deepEqual(
    accounts.map((each) => standing(world, each)),
    ['open', 'open', 'hold'],
  );
  // A second appeal of the same account is not hers any more.
  const dan = person('dan');
  await look(cases, 'case-1', dan);
  await cases.decide({ ...open, by: dan, measure: 'slow', accounts: [second], again: true });
  await cases.appeal({ ...ask, account: second });
  for (const by of [cleo, dan]) {
    await look(cases, 'case-1', by);
    await assert.rejects(cases.decide({ ...open, by }), refused('forbidden', /somebody else/));
  }
  assert.equal(standing(world, third), 'hold');
  world.stop();
});

test('what was decided on an appeal is overruled by who decided about others only, and by nobody else', async () => {
  const world = await createCaseWorld();
  const accounts = await world.createAccounts(2);
  const [first, second] = accounts as [string, string];
  await world.find('camp', accounts);
  const { cases } = world;
  for (const by of [ada, ben, cleo]) await look(cases, 'case-1', by);
  const slow = { case: 'case-1', measure: 'slow', again: true, ...said } as const;
  await cases.decide({ ...slow, by: ada, accounts: [first] });
  await cases.decide({ ...slow, by: ben, accounts: [second] });
  await cases.appeal({ case: 'case-1', account: first, by: cleo, grounds: 'It was homework.' });
  await look(cases, 'case-1', cleo);
  await cases.decide({ case: 'case-1', by: cleo, measure: 'open', ...said });
  await assert.rejects(
    cases.decide({ ...slow, by: ada, accounts: [first] }),
    refused('forbidden', /overrule/),
  );
  await look(cases, 'case-1', ben);
  // That he decided about the second account before does not matter.
  await cases.decide({ ...slow, by: ben, accounts: [first, second] });
  assert.equal(standing(world, first), 'slow');
  world.stop();
});

test('a proposal is not confirmed over an appeal that came after it', async () => {
  const world = await createCaseWorld();
  const [account, other] = (await world.createAccounts(2)) as [string, string];
  await world.find('camp', [account, other]);
  const { cases } = world;
  for (const by of [ada, ben, cleo]) await look(cases, 'case-1', by);
  await cases.decide({ case: 'case-1', by: ada, measure: 'slow', ...said });
  const { decision } = await cases.decide({
    case: 'case-1',
    by: ben,
    measure: 'closed',
    again: true,
    ...said,
  });
  await cases.appeal({ case: 'case-1', account, by: cleo, grounds: 'We teach from one worksheet.' });
  for (const by of [ada, cleo]) {
    const answer = { case: 'case-1', by, decision, reasons: REASONS };
    await assert.rejects(cases.confirm(answer), refused('conflict', /appealed since/));
  }
  await cases.reject({ case: 'case-1', by: ben, decision, reasons: REASONS });
  assert.equal(cases.show('case-1', person('otto', 'auditor')).state, 'appealed');
  assert.equal(standing(world, account), 'slow');
  world.stop();
});

test('who decided first does not overrule what was decided on an appeal', async () => {
  const world = await createCaseWorld();
  const accounts = await world.createAccounts(3);
  const [account, other] = accounts as [string, string];
  await world.find('camp', accounts);
  await hold(world);
  const { cases } = world;
  await cases.appeal({ case: 'case-1', account, by: cleo, grounds: 'We teach from one worksheet.' });
  for (const by of [ada, ben, cleo]) await look(cases, 'case-1', by);
  await cases.decide({ case: 'case-1', by: cleo, measure: 'open', ...said });
  const again = { case: 'case-1', measure: 'hold', again: true, ...said } as const;
  for (const by of [ada, ben]) {
    await assert.rejects(cases.decide({ ...again, by }), refused('forbidden', /overrule/));
    await assert.rejects(
      cases.decide({ ...again, by, accounts: [account] }),
      refused('forbidden', /overrule/),
    );
    await assert.rejects(
      cases.reopen({ case: 'case-1', by, reasons: REASONS }),
      refused('forbidden', /overrule/),
    );
  }
  // Not as the second of two either.
  const { decision } = await cases.decide({ ...again, by: cleo });
  const answer = { case: 'case-1', decision, reasons: REASONS };
  await assert.rejects(cases.confirm({ ...answer, by: ada }), refused('forbidden', /overrule/));
  await cases.reject({ ...answer, by: ada });
  assert.equal(standing(world, account), 'open');
  // The other accounts are still theirs to decide about.
  await cases.decide({ ...again, by: ada, measure: 'slow', accounts: [other] });
  assert.equal(standing(world, other), 'slow');
  world.stop();
});

test('what was decided on an appeal stands in a later case too, and who decided first does not hear an appeal there', async () => {
  const world = await createCaseWorld();
  const accounts = await world.createAccounts(2);
  const [account] = accounts as [string];
  await world.find('camp', accounts);
  await hold(world);
  const { cases } = world;
  await cases.appeal({ case: 'case-1', account, by: cleo, grounds: 'We teach four classes.' });
  await look(cases, 'case-1', cleo);
  await cases.decide({ case: 'case-1', by: cleo, measure: 'open', ...said });
  // The same template again, found as another campaign.
  await world.find('camp-2', accounts);
  const again = { case: 'case-2', measure: 'hold', ...said } as const;
  for (const by of [ada, ben]) {
    await look(cases, 'case-2', by);
    await assert.rejects(cases.decide({ ...again, by }), refused('forbidden', /may not overrule that/));
  }
  const [dora, emil] = [person('dora'), person('emil')];
  for (const by of [dora, emil]) await look(cases, 'case-2', by);
  const { decision } = await cases.decide({ ...again, by: dora });
  await cases.confirm({ case: 'case-2', decision, by: emil, reasons: REASONS });
  await cases.appeal({ case: 'case-2', account, by: cleo, grounds: 'We still do.' });
  await look(cases, 'case-2', ada);
  await assert.rejects(
    cases.decide({ case: 'case-2', by: ada, measure: 'open', ...said }),
    refused('forbidden', /must go to somebody else/),
  );
  await look(cases, 'case-2', cleo);
  assert.equal((await cases.decide({ case: 'case-2', by: cleo, measure: 'open', ...said })).accountsTotal, 1);
  world.stop();
});
