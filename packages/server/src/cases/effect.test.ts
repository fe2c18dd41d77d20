import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMemoryLedger } from '../projections/test/memory-ledger.ts';
import { ada, ben, cleo, hold, look, refused, said, standing } from './test/case-people.ts';
import { createCaseWorld, REASONS } from './test/case-world.ts';

const SECOND_MS = 1000;
const WINDOW = { settings: { undoSeconds: 60 } };
const slow = { case: 'case-1', by: ada, measure: 'slow', ...said } as const;

test('a decision takes effect once it can not be undone any more', async () => {
  const world = await createCaseWorld(WINDOW);
  await world.find('camp', ['a']);
  await look(world.cases, 'case-1', ada);
  const { decision, next } = await world.cases.decide(slow);
  assert.match(next, /takes effect in 60 seconds\. .*portcullis case undo case-1 --decision dec-/);
  world.advance(50 * SECOND_MS);
  await world.cases.tick();
  assert.equal(standing(world, 'a'), 'open');
  await assert.rejects(
    world.cases.decide({ ...slow, again: true }),
    refused('conflict', /has not taken effect yet\. Wait for it, or undo it/),
  );
  world.advance(10 * SECOND_MS);
  await world.cases.tick();
  assert.equal(standing(world, 'a'), 'slow');
  assert.deepEqual(
    world.entries('decision.effected').map((each) => each.decision),
    [decision],
  );
  await assert.rejects(
    world.cases.undo({ case: 'case-1', decision, by: ada, reasons: REASONS }),
    refused('conflict', /has taken effect/),
  );
  world.stop();
});

test('what is undone never takes effect, by who made or proposed it, and the case is as it was', async () => {
  const world = await createCaseWorld(WINDOW);
  await world.find('camp', ['a']);
  await hold(world);
  const { decision } = world.entries('decision')[1] as { decision: string };
  const undo = { case: 'case-1', decision, reasons: REASONS };
  await assert.rejects(world.cases.undo({ ...undo, by: cleo }), refused('forbidden', /only who made it/));
  await world.cases.undo({ ...undo, by: ada });
  await assert.rejects(world.cases.undo({ ...undo, by: ben }), refused('conflict', /was undone/));
  world.advance(100 * SECOND_MS);
  await world.cases.tick();
  assert.equal(standing(world, 'a'), 'open');
  assert.equal(world.cases.show('case-1', ada).state, 'open');
  assert.equal(world.entries('standing.set').length, 0);
  await world.cases.decide(slow);
  world.stop();
});

test('an appeal whose answer is undone waits again', async () => {
  const world = await createCaseWorld(WINDOW);
  const [account] = (await world.createAccounts(1)) as [string];
  await world.find('camp', [account]);
  await hold(world);
  world.advance(61 * SECOND_MS);
  await world.cases.tick();
  await world.cases.appeal({ case: 'case-1', account, by: cleo, grounds: REASONS });
  await look(world.cases, 'case-1', cleo);
  const open = { case: 'case-1', by: cleo, measure: 'open', ...said } as const;
  const { decision } = await world.cases.decide(open);
  assert.equal(world.cases.show('case-1', cleo).state, 'decided');
  await world.cases.undo({ case: 'case-1', decision, by: cleo, reasons: REASONS });
  assert.equal(world.cases.show('case-1', cleo).state, 'appealed');
  await world.cases.decide(open);
  world.advance(61 * SECOND_MS);
  await world.cases.tick();
  assert.equal(standing(world, account), 'open');
  world.stop();
});

test('a hold may be at once, with a reason; nothing else may', async () => {
  const world = await createCaseWorld(WINDOW);
  await world.find('camp', ['a']);
  for (const by of [ada, ben]) await look(world.cases, 'case-1', by);
  const propose = async (measure: 'hold' | 'closed') =>
    (await world.cases.decide({ case: 'case-1', by: ada, measure, ...said })).decision;
  const immediate = 'They take the last tenth of it in the next minute.';
  const closed = await propose('closed');
  const answer = { case: 'case-1', by: ben, reasons: REASONS, immediate };
  await assert.rejects(
    world.cases.confirm({ ...answer, decision: closed }),
    refused('bad-request', /Only a hold/),
  );
  await world.cases.reject({ case: 'case-1', by: ben, reasons: REASONS, decision: closed });
  const held = await propose('hold');
  await assert.rejects(
    world.cases.confirm({ ...answer, decision: held, immediate: 'now' }),
    refused('bad-request', /Why it must be at once/),
  );
  await world.cases.confirm({ ...answer, decision: held });
  assert.equal(standing(world, 'a'), 'hold');
  assert.equal(world.entries('decision.window')[0]?.immediate, immediate);
  world.stop();
});

test('wherever a program stops, the next lets waiting decisions take effect in their time', async () => {
  const world = await createCaseWorld(WINDOW);
  await world.find('camp', ['a']);
  await look(world.cases, 'case-1', ada);
  await world.cases.decide(slow);
  world.advance(61 * SECOND_MS);
  await world.cases.tick();
  const all = world.ledger.entries.map((each) => each.entry);
  world.stop();
  const decided = all.findIndex((each) => each.type === 'decision');
  for (let cut = decided + 1; cut <= all.length; cut++) {
    const kept = all.slice(0, cut);
    const again = await createCaseWorld({ ...WINDOW, ledger: createMemoryLedger(kept) });
    if (cut === decided + 1) assert.equal(standing(again, 'a'), 'open');
    again.advance(90 * SECOND_MS);
    await Promise.all([again.cases.tick(), again.cases.catchUp()]);
    await again.cases.tick();
    assert.equal(standing(again, 'a'), 'slow');
    assert.equal(again.entries('decision.effected').length, 1, `cut after ${kept.at(-1)?.type}`);
    assert.equal(again.entries('standing.set').length, 1, `cut after ${kept.at(-1)?.type}`);
    again.stop();
  }
});

test('while it is stopped no case opens and no restriction takes effect by the clock; what opens accounts does', async () => {
  const world = await createCaseWorld(WINDOW);
  await world.find('one', ['a']);
  await world.find('two', ['b']);
  await look(world.cases, 'case-1', ada);
  await look(world.cases, 'case-2', ada);
  await world.cases.decide(slow);
  const { killSwitch } = world.cases;
  const turn = { by: ada, reasons: 'The detector names our own pipeline.' };
  assert.equal((await killSwitch.stop(turn)).waiting, 1);
  await assert.rejects(killSwitch.stop(turn), refused('conflict', /already/));
  await world.cases.decide({ ...slow, case: 'case-2', measure: 'dismiss' });
  await world.find('three', ['c']);
  world.advance(100 * SECOND_MS);
  await world.cases.tick();
  assert.equal(standing(world, 'a'), 'open');
  assert.equal(world.entries('case.opened').length, 2);
  assert.equal(world.entries('decision.effected').length, 1, 'the dismissal');
  await killSwitch.start(turn);
  assert.equal(standing(world, 'a'), 'slow');
  assert.equal(world.entries('case.opened').length, 3);
  world.stop();
});

test('a drill stops everything, finds that nothing was done, and is recorded', async () => {
  const world = await createCaseWorld();
  const drilled = await world.cases.killSwitch.drill({ by: ada, reasons: 'The drill of this quarter.' });
  assert.equal(drilled.passed, true);
  assert.deepEqual(
    world.entries('switch.turned').map((each) => [each.stopped, each.drill]),
    [
      [true, true],
      [false, true],
    ],
  );
  const shown = world.cases.killSwitch.show();
  assert.deepEqual([shown.stopped, shown.drills[0]?.passed, shown.drills.length], [false, true, 1]);
  world.stop();
});

test('the switch stops a long list of findings where it is, and nothing that it stops stands after it', async () => {
  const world = await createCaseWorld();
  const turn = { by: ada, reasons: 'The detector names our own pipeline.' };
  let stopped: Promise<unknown> | undefined;
  world.store.onProjected((batch) => {
    if (batch.some(({ entry }) => entry.type === 'case.opened'))
      stopped ??= world.cases.killSwitch.stop(turn);
  });
  await Promise.all(['one', 'two', 'three', 'four', 'five'].map((each) => world.find(each, [each])));
  await stopped;
  await world.cases.settled();
  const types = world.ledger.entries.map(({ entry }) => entry.type);
  assert.ok(types.lastIndexOf('case.opened') < types.indexOf('switch.turned'), types.join(' '));
  assert.ok(world.entries('case.opened').length < 5);
  await world.cases.killSwitch.start(turn);
  assert.equal(world.entries('case.opened').length, 5);
  world.stop();
});

test('what would take effect while the switch is being turned stands before that on the ledger, or not at all', async () => {
  const world = await createCaseWorld(WINDOW);
  await world.find('camp', ['a']);
  await look(world.cases, 'case-1', ada);
  await world.cases.decide(slow);
  world.advance(61 * SECOND_MS);
  const stopping = world.cases.killSwitch.stop({ by: ada, reasons: 'The detector names our own pipeline.' });
  await world.cases.tick();
  await stopping;
  const types = world.ledger.entries.map(({ entry }) => entry.type);
  assert.ok(types.indexOf('decision.effected') < types.indexOf('switch.turned'), types.join(' '));
  assert.equal(world.cases.killSwitch.show().stopped, true);
  world.stop();
});
