import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commit, fromBase64, equalBytes, utf8 } from '@portcullis/record';
import { ada, ben, refused, said } from './test/case-people.ts';
import { createMemoryLedger } from '../projections/test/memory-ledger.ts';
import { createCaseWorld, person, REASONS } from './test/case-world.ts';

const admin = person('admin', 'admin');

test('a case with a known answer looks like any other until somebody has said what they see; then it is marked, and nothing is decided', async () => {
  const world = await createCaseWorld();
  const { cases } = world;
  await assert.rejects(
    cases.mixInKnown({ by: admin, answer: 'extraction' }),
    refused('conflict', /no finding yet/),
  );
  await world.find('camp', ['a', 'b']);
  await cases.mixInKnown({ by: admin, answer: 'extraction' });
  await cases.mixInKnown({ by: admin, answer: 'not' });
  await cases.settled();
  assert.equal(cases.list().length, 3);
  const told = () => world.entries('known.revealed');
  for (const shown of ['case-2', 'case-3'].map((each) => cases.show(each, ada)))
    assert.deepEqual([shown.state, shown.known, shown.accountsTotal], ['open', null, 6]);
  const { opened } = await cases.openEvidence({ case: 'case-2', by: ada });
  const texts = opened.flatMap((each) => Object.values(each.content ?? {}));
  assert.ok(texts.some((text) => text.includes('"role":"user"')));
  assert.equal(told().length, 0);
  const view = { by: ada, view: 'extraction', reasons: REASONS } as const;
  await cases.openEvidence({ case: 'case-1', by: ada });
  assert.equal((await cases.commitView({ ...view, case: 'case-1' })).known, null, 'a real one is none');
  assert.deepEqual((await cases.commitView({ ...view, case: 'case-2' })).known, {
    answer: 'extraction',
    isRight: true,
  });
  await cases.openEvidence({ case: 'case-3', by: ada });
  assert.equal((await cases.commitView({ ...view, case: 'case-3' })).known?.isRight, false);
  await assert.rejects(
    cases.decide({ case: 'case-2', by: ada, measure: 'slow', ...said }),
    refused('conflict', /its answer was known/),
  );
  assert.equal(world.entries('standing.set').length, 0);
  assert.equal(cases.show('case-2', ben).state, 'decided');
  const figures = cases.oversight();
  assert.deepEqual([figures.knownRight, figures.knownAnswered], [1 / 2, 2]);
  assert.ok(figures.people.find((each) => each.person === 'ada')?.knownAnswered === 2);
  world.stop();
});

test('the ledger committed to the answer before the case was there, and the reveal opens that', async () => {
  const world = await createCaseWorld();
  await world.find('camp', ['a', 'b']);
  await world.cases.mixInKnown({ by: admin, answer: 'not' });
  await world.cases.settled();
  await world.cases.openEvidence({ case: 'case-2', by: ada });
  await world.cases.commitView({ case: 'case-2', by: ada, view: 'not', reasons: REASONS });
  const types = world.ledger.entries.map(({ entry }) => entry.type);
  assert.ok(types.indexOf('known.committed') < types.lastIndexOf('case.opened'));
  assert.ok(types.lastIndexOf('view.committed') < types.indexOf('known.revealed'));
  const [committed] = world.entries('known.committed');
  const [revealed] = world.entries('known.revealed');
  const value = utf8(`${revealed?.finding}\n${revealed?.answer}`);
  const again = commit('known.committed/answer', fromBase64(revealed?.salt ?? ''), value);
  assert.ok(equalBytes(again, fromBase64(committed?.commitments['answer'] ?? '')));
  const other = commit(
    'known.committed/answer',
    fromBase64(revealed?.salt ?? ''),
    utf8(`${revealed?.finding}\nextraction`),
  );
  assert.ok(!equalBytes(other, fromBase64(committed?.commitments['answer'] ?? '')));
  world.stop();
});

test('where a crash came between a view and the answer, nothing is decided all the same', async () => {
  const world = await createCaseWorld();
  await world.find('camp', ['a', 'b']);
  await world.cases.mixInKnown({ by: admin, answer: 'not' });
  await world.cases.settled();
  await world.cases.openEvidence({ case: 'case-2', by: ada });
  await world.cases.commitView({ case: 'case-2', by: ada, view: 'extraction', reasons: REASONS });
  const kept = world.ledger.entries.map(({ entry }) => entry);
  world.stop();
  assert.equal(kept.pop()?.type, 'known.revealed');
  const ledger = createMemoryLedger(kept, world.ledger.contents);
  const again = await createCaseWorld({ ledger, keys: world.keys });
  await assert.rejects(
    again.cases.decide({ case: 'case-2', by: ada, measure: 'slow', ...said }),
    refused('conflict', /its answer was known/),
  );
  const [told] = again.entries('known.revealed');
  assert.deepEqual([told?.by, told?.right], ['ada', false]);
  again.stop();
});
