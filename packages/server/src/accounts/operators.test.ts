import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCaseWorld } from '../cases/test/case-world.ts';

test('the first start makes one admin, and only the first', async () => {
  const world = await createCaseWorld();
  const both = await Promise.all([
    world.operators.bootstrapOperators(),
    world.operators.bootstrapOperators(),
  ]);
  assert.deepEqual([both[0]?.operator, both[0]?.role, both[1]], ['admin', 'admin', undefined]);
  assert.deepEqual(world.operators.find(both[0]?.token ?? ''), { operator: 'admin', role: 'admin' });
  assert.ok(!JSON.stringify(world.ledger.entries).includes(both[0]?.token ?? ''));
  world.stop();
});

test('an admin who lost the token is given another, by the program, and stays one person', async () => {
  const { operators, ledger, stop } = await createCaseWorld();
  const first = await operators.bootstrapOperators();
  const second = await operators.bootstrapOperators(true);
  for (const issued of [first, second])
    assert.deepEqual(operators.find(issued?.token ?? ''), { operator: 'admin', role: 'admin' });
  assert.deepEqual(
    ledger.entries.flatMap(({ entry }) =>
      entry.type === 'operator.added' ? [[entry.operator, entry.by]] : [],
    ),
    [
      ['admin', 'portcullis'],
      ['admin', 'portcullis'],
    ],
  );
  stop();
});

test('two tokens of a name are one person, and go together', async () => {
  const { operators, ...world } = await createCaseWorld();
  await operators.bootstrapOperators();
  const one = await operators.add({ operator: 'ada', role: 'reviewer', by: 'admin' });
  const two = await operators.add({ operator: 'ada', role: 'auditor', by: 'admin' });
  assert.deepEqual(operators.find(one.token), { operator: 'ada', role: 'reviewer' });
  assert.deepEqual(operators.find(two.token), { operator: 'ada', role: 'auditor' });
  await operators.remove({ operator: 'ada', reason: 'Left.', by: 'admin' });
  assert.deepEqual([operators.find(one.token), operators.find(two.token)], [undefined, undefined]);
  await assert.rejects(operators.remove({ operator: 'ada', reason: 'Left.', by: 'admin' }), {
    code: 'not-found',
  });
  await assert.rejects(operators.add({ operator: 'portcullis', role: 'admin', by: 'admin' }), {
    code: 'bad-request',
  });
  world.stop();
});
