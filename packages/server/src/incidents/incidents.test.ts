import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ada, refused } from '../cases/test/case-people.ts';
import { createCaseWorld, REASONS } from '../cases/test/case-world.ts';
import { CLOCK_ROWS } from '../policy/clocks/clock-rows.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const aware = { by: ada, what: 'A copy of the weights was found elsewhere.', kinds: ['weight-exfiltration'] };

test('every row says who, what, where, from which source and as of when', () => {
  assert.equal(new Set(CLOCK_ROWS.map((each) => each.clock)).size, CLOCK_ROWS.length);
  for (const row of CLOCK_ROWS) {
    for (const field of ['rule', 'clause', 'who', 'what', 'where', 'source'] as const)
      assert.match(row[field], /[a-z]/i, `${row.clock}: ${field}`);
    assert.match(row.asOf, /^\d{4}-\d\d-\d\d$/);
    assert.ok(row.from === null || !Number.isNaN(Date.parse(row.from)), row.clock);
  }
});

test('what must be kept for months or years is kept for as long as the longest of them', () => {
  const keep = (clock: string) => (CLOCK_ROWS.find((each) => each.clock === clock)?.hours ?? 0) * HOUR_MS;
  const months: readonly (readonly [string, number])[] = [
    ['eu-log-keep', 6],
    ['china-label-keep', 6],
    ['eu-gpai-keep', 60],
    ['new-york-raise-keep', 60],
    ['eu-gpai-keep-documents', 120],
  ];
  for (const [clock, count] of months)
    for (let day = 1; day <= 28; day++)
      for (let month = 0; month < 48; month++) {
        const span = Date.UTC(2026, month + count, day) - Date.UTC(2026, month, day);
        assert.ok(keep(clock) >= span, `${clock}: ${count} months from ${month}`);
      }
});

test('one moment of becoming aware starts every clock of the rules that may apply', async () => {
  const world = await createCaseWorld();
  const { incidents } = world.cases;
  const shown = await incidents.become({
    ...aware,
    kinds: ['critical-infrastructure', 'death', 'imminent-danger'],
  });
  const hours = Object.fromEntries(
    shown.due.flatMap(({ clock, dueMs }) =>
      dueMs === null ? [] : [[clock, (dueMs - shown.awareMs) / HOUR_MS]],
    ),
  );
  assert.deepEqual(hours, {
    'eu-gpai-infrastructure': 48,
    'eu-gpai-death': 240,
    'eu-gpai-other': 360,
    'california-sb53-danger': 24,
    'california-sb53': 360,
  });
  // These hold only from a later day, and those wait for a first report or for the end.
  const state = (clock: string) => shown.due.find((each) => each.clock === clock)?.state;
  assert.deepEqual(['new-york-raise', 'eu-high-risk-death', 'eu-gpai-update', 'eu-gpai-final'].map(state), [
    'over',
    'over',
    'waits',
    'waits',
  ]);
  assert.deepEqual(shown.undecided, ['eu-gpai', 'california-sb53']);
  world.stop();
});

test('a person decides for each rule, with reasons; only then a report is written down, and updates begin', async () => {
  const world = await createCaseWorld();
  const { incidents } = world.cases;
  const { incident } = await incidents.become(aware);
  const report = { incident, by: ada, clock: 'eu-gpai-cyber', reference: 'Receipt 17.' };
  await assert.rejects(incidents.report(report), refused('conflict', /Nobody has decided .* under eu-gpai/));
  const decide = { incident, by: ada, reasons: REASONS };
  await assert.rejects(
    incidents.classify({ ...decide, rule: 'eu-gpai', reportable: true, reasons: 'yes' }),
    refused('bad-request', /reasons/),
  );
  await assert.rejects(
    incidents.classify({ ...decide, rule: 'mars', reportable: true }),
    refused('bad-request', /rules of incident-.* are/),
  );
  await incidents.classify({ ...decide, rule: 'eu-gpai', reportable: true });
  const none = await incidents.classify({ ...decide, rule: 'california-sb53', reportable: false });
  assert.equal(none.due.find((each) => each.clock === 'california-sb53')?.state, 'over');
  world.advance(4 * DAY_MS);
  const reported = await incidents.report(report);
  const due = (clock: string, from = reported) => from.due.find((each) => each.clock === clock);
  assert.equal(due('eu-gpai-cyber')?.state, 'done');
  assert.equal((due('eu-gpai-update')?.dueMs ?? 0) - (reported.reports[0]?.timeMs ?? 0), 28 * DAY_MS);
  world.advance(28 * DAY_MS);
  const updated = await incidents.report({ ...report, clock: 'eu-gpai-update' });
  assert.equal((due('eu-gpai-update', updated)?.dueMs ?? 0) - (updated.reports[1]?.timeMs ?? 0), 28 * DAY_MS);
  const resolved = await incidents.resolve({ incident, by: ada, reasons: REASONS });
  assert.equal(due('eu-gpai-update', resolved)?.state, 'done');
  assert.equal((due('eu-gpai-final', resolved)?.dueMs ?? 0) - (resolved.resolvedMs ?? 0), 60 * DAY_MS);
  world.stop();
});

test('what is late is recorded once, and stands first among all that has a deadline', async () => {
  const world = await createCaseWorld();
  await world.find('camp', ['a']);
  const { incident } = await world.cases.incidents.become(aware);
  world.advance(6 * DAY_MS);
  await world.cases.tick();
  await world.cases.tick();
  const missed = world.entries('deadline.missed').map((each) => [each.of, each.deadline]);
  assert.deepEqual(missed, [
    ['case-1', 'case-decision'],
    [incident, 'eu-gpai-cyber'],
  ]);
  const all = world.cases.deadlines();
  assert.deepEqual(
    all.map((each) => [each.deadline, each.isLate, each.missedIndex !== null]),
    [
      ['case-decision', true, true],
      ['eu-gpai-cyber', true, true],
      ['california-sb53', false, false],
    ],
  );
  world.stop();
});

test('a time to come, no kind or an unknown case is refused', async () => {
  const world = await createCaseWorld();
  const { incidents } = world.cases;
  await assert.rejects(incidents.become({ ...aware, kinds: [] }), refused('bad-request', /at least one/));
  await assert.rejects(incidents.become({ ...aware, kinds: ['war'] }), refused('bad-request', /kinds/));
  await assert.rejects(
    incidents.become({ ...aware, aware: '2999-01-01T00:00:00Z' }),
    refused('bad-request', /not to come/),
  );
  await assert.rejects(incidents.become({ ...aware, case: 'case-9' }), refused('not-found', /no such case/));
  assert.equal(world.entries('incident.aware').length, 0);
  world.stop();
});
