import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createEntry } from '@portcullis/record';
import { ada, look, said } from '../cases/test/case-people.ts';
import { createAdminWorld } from './test/admin-world.ts';

const ACCOUNTS = 25_000;
let world: Awaited<ReturnType<typeof createAdminWorld>>;
/** Entries of two exchanges, by the first and the second account. */
const examples: number[] = [];
const accounts = Array.from({ length: ACCOUNTS }, (_, i) => `acct-${String(i).padStart(5, '0')}`);

before(async () => {
  world = await createAdminWorld();
  for (const [i, account] of accounts.slice(0, 2).entries()) {
    const body = {
      exchange: `x-${i}`,
      account,
      key: 'key-1',
      endpoint: '/v1/chat/completions',
      model: 'm',
      stream: false,
      standing: 'open',
      request_bytes: 9,
      commitments: {},
    } as const;
    world.advance(60_000);
    const { index } = await world.ledger.append({
      entry: createEntry('exchange.admitted', world.clock.now(), body),
    });
    examples.push(index);
  }
  await world.find('small', accounts.slice(0, 3));
  await look(world.cases, 'case-1', ada);
  await world.cases.decide({ case: 'case-1', by: ada, measure: 'dismiss', ...said });
  const signals = [{ name: 'shared-template', sentence: 'One template in all.', count: 9, examples }];
  await world.find('large', accounts, { signals });
});
after(() => world.close());

test('25,000 accounts come in pages, each quick, none left out or told twice', async () => {
  const seen: string[] = [];
  let next: string | null = '';
  let slowestMs = 0;
  while (next !== null) {
    const beganMs = performance.now();
    const { body } = await world.call('ada', 'GET', `/v1/cases/case-2/accounts?after=${next}`);
    slowestMs = Math.max(slowestMs, performance.now() - beganMs);
    assert.equal(body.total, ACCOUNTS);
    seen.push(...body.accounts.map((each: { account: string }) => each.account));
    next = body.next;
  }
  assert.deepEqual(seen, accounts);
  assert.ok(slowestMs < 3000, `${slowestMs} ms`);
});

test('the graph of 25,000 accounts can be drawn: who is cited stands alone, the others in groups, other cases beside', async () => {
  const { body } = await world.call('ada', 'GET', '/v1/cases/case-2/graph');
  assert.ok(body.nodes.length < 20, String(body.nodes.length));
  const kinds = (kind: string) => body.nodes.filter((each: { kind: string }) => each.kind === kind);
  assert.deepEqual(
    kinds('account').map((each: { label: string }) => each.label),
    accounts.slice(0, 2),
  );
  assert.equal(kinds('group')[0].accounts, ACCOUNTS - 2);
  assert.deepEqual([kinds('case')[0].id, kinds('case')[0].accounts], ['case:case-1', 3]);
  const ids = new Set(body.nodes.map((each: { id: string }) => each.id));
  for (const { from, to } of body.edges) assert.ok(ids.has(from) && ids.has(to), `${from} ${to}`);
  assert.doesNotMatch(JSON.stringify(body), /statistic|"bound"/);
});

test('a timeline counts exchanges and accounts in equal steps', async () => {
  const { body } = await world.call('ada', 'GET', '/v1/cases/case-2/timeline?buckets=2');
  assert.deepEqual(
    body.buckets.map((each: { exchanges: number; accounts: number }) => [each.exchanges, each.accounts]),
    [
      [1, 1],
      [1, 1],
    ],
  );
  assert.equal((await world.call('ada', 'GET', '/v1/cases/case-2/timeline?buckets=9999')).status, 400);
});

test('similar cases are decided ones, with what came of them', async () => {
  const { body } = await world.call('ada', 'GET', '/v1/cases/case-2/similar');
  const [first] = body.similar;
  assert.deepEqual([first.case, first.measure, first.signals], ['case-1', 'dismiss', ['shared-template']]);
  assert.ok(first.likeness > 0.5 && first.likeness < 0.51);
  assert.equal((await world.call('ada', 'GET', '/v1/cases/case-9/similar')).status, 404);
});
