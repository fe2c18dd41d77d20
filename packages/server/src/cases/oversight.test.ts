import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ada, ben, cleo, hold, said } from './test/case-people.ts';
import { type CaseWorld, createCaseWorld, REASONS } from './test/case-world.ts';

const SECOND_MS = 1000;

async function review(
  world: CaseWorld,
  caseId: string,
  by: typeof ada,
  view: 'extraction' | 'not',
  seconds: number,
) {
  await world.cases.openEvidence({ case: caseId, by });
  world.advance(seconds * SECOND_MS);
  await world.cases.commitView({ case: caseId, by, view, reasons: REASONS });
}

test('time spent, agreement with the detector and with each other, and what was overturned', async () => {
  const world = await createCaseWorld();
  const [account] = (await world.createAccounts(1)) as [string];
  await world.find('one', [account]);
  await world.find('two', ['b']);
  await review(world, 'case-1', ada, 'extraction', 100);
  await review(world, 'case-1', ben, 'extraction', 200);
  await review(world, 'case-2', ada, 'extraction', 300);
  await review(world, 'case-2', ben, 'not', 300);
  await hold(world);
  await world.cases.appeal({ case: 'case-1', account, by: cleo, grounds: REASONS });
  await review(world, 'case-1', cleo, 'not', 10);
  await world.cases.decide({ case: 'case-1', by: cleo, measure: 'open', ...said });
  const figures = world.cases.oversight();
  assert.equal(figures.views, 5);
  assert.equal(figures.agreesWithDetector, 3 / 5);
  // Of case-1: ada and ben agree, neither does with cleo; of case-2: ada and ben do not.
  assert.equal(figures.agreesWithOthers, 1 / 4);
  assert.deepEqual([figures.overturnedOnAppeal, figures.appealsDecided], [1, 1]);
  const of = (person: string) => figures.people.find((each) => each.person === person);
  assert.ok(Math.abs((of('ada')?.dwellToViewMs ?? 0) - 200_000) < 100, String(of('ada')?.dwellToViewMs));
  assert.equal(of('cleo')?.agreesWithDetector, 0);
  assert.deepEqual(figures.alarms, []);
  world.stop();
});

test('an alarm is raised for who decides in seconds and for who always agrees, after enough of it', async () => {
  const world = await createCaseWorld({ settings: { alarmDecisions: 3, alarmDwellSeconds: 60 } });
  for (let i = 1; i <= 3; i++) {
    await world.find(`camp-${i}`, [`a${i}`]);
    await review(world, `case-${i}`, ada, 'extraction', 4);
    if (i < 3) assert.deepEqual(world.cases.oversight().alarms, [], 'too early to say');
    const slow = { case: `case-${i}`, measure: 'slow', again: true, ...said } as const;
    await world.cases.decide({ ...slow, by: ada });
    await review(world, `case-${i}`, ben, i === 2 ? 'not' : 'extraction', 90);
    await world.cases.decide({ ...slow, by: ben });
  }
  assert.deepEqual(
    world.cases.oversight().alarms.map((each) => each.replace(/\d+ seconds/, 'N seconds')),
    [
      'ada took N seconds from opening the evidence to deciding, in the median of the last 3 decisions.',
      'ada took N seconds from opening the evidence to saying what they see, in the median of the last 3 views.',
      'ada said extraction in all of 3 views.',
    ],
  );
  world.stop();
});

test('who says in seconds what they see is no slower for deciding the next day', async () => {
  const world = await createCaseWorld({ settings: { alarmDecisions: 3, alarmDwellSeconds: 60 } });
  for (let i = 1; i <= 3; i++) {
    await world.find(`camp-${i}`, [`a${i}`]);
    await review(world, `case-${i}`, ada, i === 2 ? 'not' : 'extraction', 4);
  }
  world.advance(86_400 * SECOND_MS);
  for (let i = 1; i <= 3; i++)
    await world.cases.decide({ case: `case-${i}`, by: ada, measure: 'dismiss', ...said });
  const [alarm, ...more] = world.cases.oversight().alarms;
  assert.match(alarm ?? '', /^ada took \d seconds from opening the evidence to saying what they see/);
  assert.deepEqual(more, []);
  world.stop();
});
