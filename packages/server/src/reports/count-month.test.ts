import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { createEntry, type EntryBody, type EntryType } from '@portcullis/record';
import { accountsSha256 } from '../cases/member-list.ts';
import { countMonth } from './count-month.ts';
import { l2SquaredOf, reportTables, type TableName } from './report-tables.ts';
import { createReportWorld, REPORT_BOUNDS } from './test/report-world.ts';

const END = Date.parse('2027-01-01T00:00:00.000Z');

/** A world, entries at times of one's choosing, and what a month comes to by kind, without zeros. */
async function openCounting() {
  const world = await createReportWorld();
  const append = async <T extends EntryType>(type: T, time: string, body: EntryBody<T>): Promise<void> => {
    const { index } = await world.ledger.append({
      entry: createEntry(type, Date.parse(time), body) as never,
    });
    await world.store.reached(index);
  };
  return {
    ...world,
    append,
    async decide(
      id: string,
      time: string,
      accounts: readonly string[],
      more: Partial<EntryBody<'decision'>>,
    ) {
      await append('decision.members', time, { decision: id, part: 1, parts: 1, accounts });
      await append('decision', time, {
        decision: id,
        case: 'case-1',
        by: 'ada',
        step: 'final',
        measure: 'slow',
        accounts: 'all',
        accounts_total: accounts.length,
        accounts_sha256: accountsSha256(accounts),
        rule: 'Terms.',
        reasons: 'Looked at.',
        ...more,
      });
    },
    setStanding: (time: string, account: string, standing: EntryBody<'standing.set'>['standing']) =>
      append('standing.set', time, {
        accounts: [account],
        standing,
        case: null,
        decision: null,
        by: 'portcullis',
        reason: 'A test.',
      }),
    count(name: TableName, month: string, bounds = REPORT_BOUNDS, untilMs = END) {
      const table = reportTables(bounds).find((each) => each.name === name) ?? assert.fail();
      const sums = countMonth(world.store.db, table, month, untilMs);
      return Object.fromEntries(
        table.kinds.map((kind, at) => [kind.name, Number(sums[at])]).filter(([, sum]) => sum !== 0),
      );
    },
  };
}

test('exchanges count in the month they ended in, by outcome, up to the bound of their account', async () => {
  const world = await openCounting();
  await world.exchange('acme', '2026-10-31T23:59:59.999Z', 3);
  await world.exchange('acme', '2026-11-01T00:00:00.000Z', 8);
  await world.exchange('acme', '2026-11-30T23:59:59.999Z', 4, 'aborted');
  await world.exchange('bolt', '2026-11-15T00:00:00.000Z', 2);
  await world.append('exchange.refused', '2026-11-15T00:00:00.000Z', {
    account: 'bolt',
    key: null,
    endpoint: '/v1/x',
    code: 'rate_limited',
    status: 429,
    count: 5,
    first_time: '2026-11-15T00:00:00.000Z',
  });
  await world.append('exchange.refused', '2026-11-15T00:00:00.000Z', {
    account: null,
    key: null,
    endpoint: '/v1/x',
    code: 'unknown_key',
    status: 401,
    count: 90,
    first_time: '2026-11-15T00:00:00.000Z',
  });
  assert.deepEqual(world.count('exchanges', '2026-10'), { complete: 3 });
  assert.deepEqual(world.count('exchanges', '2026-11'), { complete: 10, aborted: 4, refused: 5 });
  // Of acme's 12 at most 6: 4 and 2. Of bolt's 7 at most 6: 1 (of 12/7) and 4 (of 30/7).
  assert.deepEqual(world.count('exchanges', '2026-11', { ...REPORT_BOUNDS, exchanges: 6 }), {
    complete: 5,
    aborted: 2,
    refused: 4,
  });
  assert.deepEqual(world.count('accounts', '2026-11'), { active: 2 });
  assert.deepEqual(world.count('exchanges', '2026-12'), {});
  world.stop();
});

test('accounts that were refused only are not active, and those made in the month count', async () => {
  const world = await openCounting();
  await world.append('account.created', '2026-11-02T00:00:00.000Z', { account: 'acme', by: 'admin' });
  await world.append('account.created', '2026-12-01T00:00:00.000Z', { account: 'bolt', by: 'admin' });
  await world.append('exchange.refused', '2026-11-15T00:00:00.000Z', {
    account: 'acme',
    key: null,
    endpoint: '/v1/x',
    code: 'rate_limited',
    status: 429,
    count: 5,
    first_time: '2026-11-15T00:00:00.000Z',
  });
  assert.deepEqual(world.count('accounts', '2026-11'), { created: 1 });
  assert.deepEqual(world.count('accounts', '2026-12'), { created: 1 });
  world.stop();
});

test('accounts named in findings count once for each finding, up to the bound', async () => {
  const world = await openCounting();
  for (const campaign of ['c-1', 'c-2', 'c-3']) await world.find(campaign, ['acme', 'bolt']);
  await world.find('c-4', ['cord'], { kind: 'account' });
  assert.deepEqual(world.count('findings', '2026-09'), { campaign: 4, account: 1 });
  assert.deepEqual(world.count('findings', '2026-09', { ...REPORT_BOUNDS, findings: 9 }), {
    campaign: 6,
    account: 1,
  });
  assert.deepEqual(world.count('findings', '2026-10'), {});
  world.stop();
});

test('decisions count once they are in effect; a milder one than before in the same case is overturned', async () => {
  const world = await openCounting();
  await world.decide('d-1', '2026-10-05T00:00:00.000Z', ['acme', 'bolt', 'cord'], {
    step: 'proposed',
    measure: 'hold',
  });
  await world.decide('d-2', '2026-10-06T00:00:00.000Z', ['acme', 'bolt', 'cord'], {
    step: 'confirmed',
    measure: 'hold',
    confirms: 'd-1',
  });
  await world.decide('d-3', '2026-11-07T00:00:00.000Z', ['acme'], { measure: 'open', appeal: 'a-1' });
  await world.decide('d-4', '2026-11-08T00:00:00.000Z', ['bolt'], { measure: 'slow' });
  await world.decide('d-5', '2026-11-09T00:00:00.000Z', ['cord'], { measure: 'slow', case: 'case-2' });
  await world.decide('d-6', '2026-11-10T00:00:00.000Z', ['bolt'], { measure: 'closed', step: 'confirmed' });
  await world.decide('d-7', '2026-11-11T00:00:00.000Z', ['acme'], { measure: 'dismiss' });
  assert.deepEqual(world.count('decisions', '2026-10'), { hold: 3 });
  assert.deepEqual(world.count('overturned', '2026-10'), {});
  assert.deepEqual(world.count('decisions', '2026-11'), { open: 1, slow: 2, closed: 1, dismiss: 1 });
  assert.deepEqual(world.count('overturned', '2026-11'), { on_appeal: 1, without_appeal: 1 });
  world.stop();
});

test('a decision that can be undone counts in the month in which it takes effect, and not where it was undone', async () => {
  const world = await openCounting();
  const windowed = async (decision: string, time: string, takesEffect: string, measure: 'slow' | 'open') => {
    const body = { decision, case: 'case-1', takes_effect: takesEffect, immediate: null };
    await world.append('decision.window', time, body);
    await world.decide(decision, time, ['acme'], { measure });
  };
  const effect = (decision: string, time: string) =>
    world.append('decision.effected', time, { decision, case: 'case-1' });
  await windowed('d-1', '2026-10-31T23:59:50.000Z', '2026-11-01T00:00:50.000Z', 'slow');
  assert.deepEqual(world.count('decisions', '2026-10'), {});
  assert.deepEqual(world.count('decisions', '2026-11'), {}, 'it can still be undone');
  await effect('d-1', '2026-11-01T00:00:50.000Z');
  assert.deepEqual(world.count('decisions', '2026-10'), {}, 'what a report of October did not count');
  assert.deepEqual(world.count('decisions', '2026-11'), { slow: 1 });
  await windowed('d-2', '2026-11-05T00:00:00.000Z', '2026-11-05T00:01:00.000Z', 'open');
  const undone = { decision: 'd-2', case: 'case-1', by: 'ada', reasons: 'A slip of the hand, taken back.' };
  await world.append('decision.undone', '2026-11-05T00:00:30.000Z', undone);
  assert.deepEqual(world.count('decisions', '2026-11'), { slow: 1 });
  assert.deepEqual(world.count('overturned', '2026-11'), {});
  await windowed('d-3', '2026-11-30T23:59:59.000Z', '2026-12-01T00:00:59.000Z', 'open');
  await effect('d-3', '2026-12-01T00:00:59.000Z');
  assert.deepEqual(world.count('overturned', '2026-11'), {});
  assert.deepEqual(world.count('overturned', '2026-12'), { without_appeal: 1 });
  world.stop();
});

test('hours in a standing are those of the month, whole ones, until it ends or the report is made', async () => {
  const world = await openCounting();
  await world.setStanding('2026-10-31T20:00:00.000Z', 'acme', 'hold');
  await world.setStanding('2026-11-01T05:59:00.000Z', 'acme', 'slow');
  await world.setStanding('2026-11-01T08:00:00.000Z', 'acme', 'open');
  await world.setStanding('2026-11-30T12:00:00.000Z', 'bolt', 'closed');
  assert.deepEqual(world.count('held_hours', '2026-10'), { hold: 4 });
  assert.deepEqual(world.count('held_hours', '2026-11'), { hold: 5, slow: 2, closed: 12 });
  assert.deepEqual(world.count('held_hours', '2026-12'), { closed: 744 });
  assert.deepEqual(world.count('held_hours', '2026-12', { ...REPORT_BOUNDS, heldHours: 100 }), {
    closed: 100,
  });
  assert.deepEqual(
    world.count('held_hours', '2026-12', REPORT_BOUNDS, Date.parse('2026-12-01T03:30:00.000Z')),
    { closed: 3 },
  );
  assert.deepEqual(world.count('held_hours', '2027-01'), {});
  world.stop();
});

test('accounts that were made for a case with a known answer count for nothing once it was told', async () => {
  const world = await openCounting();
  const time = '2026-11-02T00:00:00.000Z';
  for (const account of ['acme', 'made-up'])
    await world.append('account.created', time, { account, by: 'admin' });
  const finding = await world.find('c-1', ['made-up']);
  await world.find('c-2', ['acme']);
  assert.deepEqual(world.count('findings', '2026-09'), { campaign: 2 }, 'nobody is told before');
  await world.append('known.revealed', time, {
    known: 'known-1',
    case: 'case-1',
    finding,
    answer: 'not',
    salt: Buffer.alloc(32).toString('base64'),
    by: 'ada',
    right: true,
  });
  assert.deepEqual(world.count('findings', '2026-09'), { campaign: 1 });
  assert.deepEqual(world.count('accounts', '2026-11'), { created: 1 });
  world.stop();
});

test('erasures of accounts count, those by age do not', async () => {
  const world = await openCounting();
  const erased = { by: 'admin', reason: 'Asked for.', legal_basis: 'Art. 17 GDPR' };
  for (const account of ['acme', 'acme', 'bolt'])
    await world.append('content.erased', '2026-11-05T00:00:00.000Z', {
      ...erased,
      account,
      scope: 'account',
      before: null,
    });
  await world.append('content.erased', '2026-11-06T00:00:00.000Z', {
    ...erased,
    account: null,
    scope: 'age',
    before: '2026-08-01T00:00:00.000Z',
  });
  assert.deepEqual(world.count('erasures', '2026-11'), { content: 2 });
  world.stop();
});

test('without one account in one month, that month loses at most the bound and no other month changes', async () => {
  const [one, other] = [await openCounting(), await openCounting()];
  for (const world of [one, other]) {
    await world.exchange('acme', '2026-10-10T00:00:00.000Z', 5);
    await world.exchange('bolt', '2026-11-10T00:00:00.000Z', 5);
  }
  await one.exchange('acme', '2026-11-10T00:00:00.000Z', 50);
  const bounds = { ...REPORT_BOUNDS, exchanges: 7 };
  assert.deepEqual(one.count('exchanges', '2026-11', bounds), { complete: 12 });
  assert.deepEqual(other.count('exchanges', '2026-11', bounds), { complete: 5 });
  assert.deepEqual(one.count('exchanges', '2026-10', bounds), other.count('exchanges', '2026-10', bounds));
  one.stop();
  other.stop();
});

test('without an account that is over every bound, each table moves by at most the norm that its noise is made for', async () => {
  const [one, other] = [await openCounting(), await openCounting()];
  for (const world of [one, other]) {
    const also = world === one ? ['acme'] : [];
    for (const month of ['2026-10', '2026-11']) {
      await world.exchange('bolt', `${month}-10T00:00:00.000Z`, 3);
      for (const account of also)
        for (const outcome of ['complete', 'aborted', 'interrupted'] as const)
          await world.exchange(account, `${month}-10T00:00:00.000Z`, 4, outcome);
      for (const measure of ['closed', 'hold', 'slow', 'open', 'slow', 'dismiss'] as const)
        await world.decide(`${month}-${randomUUID()}`, `${month}-11T00:00:00.000Z`, ['bolt', ...also], {
          measure,
        });
    }
    for (const account of ['bolt', ...also]) {
      await world.append('account.created', '2026-11-01T00:00:00.000Z', { account, by: 'admin' });
      await world.setStanding('2026-10-01T00:00:00.000Z', account, 'hold');
      await world.setStanding('2026-11-15T12:30:00.000Z', account, 'closed');
      const erased = {
        account,
        scope: 'account',
        before: null,
        by: 'admin',
        reason: 'Asked.',
        legal_basis: 'Art. 17',
      };
      for (let i = 0; i < 3; i += 1)
        await world.append(
          'content.erased',
          '2026-11-05T00:00:00.000Z',
          erased as EntryBody<'content.erased'>,
        );
    }
    for (const kind of ['campaign', 'account', 'campaign'] as const)
      await world.find(randomUUID(), ['bolt', ...also], { kind });
  }
  const tables = reportTables({ ...REPORT_BOUNDS, exchanges: 5, decisions: 3, heldHours: 100 });
  for (const month of ['2026-09', '2026-10', '2026-11'])
    for (const table of tables) {
      const [more = [], less = []] = [one, other].map(({ store }) => countMonth(store.db, table, month, END));
      const square = more.reduce((sum, amount, at) => sum + (amount - (less[at] ?? 0n)) ** 2n, 0n);
      assert.ok(square <= l2SquaredOf(table, table.kinds.length), `${table.name} of ${month}: ${square}`);
      // The account is in it, or nothing is shown here.
      const isBusy = (table.name === 'findings') === (month === '2026-09');
      if (isBusy && month !== '2026-10') assert.ok(square > 0n, `${table.name} of ${month}`);
    }
  one.stop();
  other.stop();
});
