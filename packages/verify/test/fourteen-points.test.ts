import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyBundle } from '../src/verify-bundle.ts';
import { type Changes, ED_KEY, ED_VKEY, LOG_SIGNERS, TRUST, writeBundle } from './bundle-writer.ts';
import { assertFails, edit, judge, manifest, trust } from './judge-bundle.ts';
import { type Draft, SOUND_DECISIONS, soundDrafts, timeOf } from './scenario.ts';
import { trustOf } from './trusts.ts';

// An operator who signs anything still has to answer each of the fourteen points, with files that say something.

type Fields = Record<string, unknown>;
const FILES = ['case', 'method', 'identity', 'health', 'time', 'custody', 'tools', 'renewal'].map(
  (name) => `${name}.json`,
);
const put = (path: string, text: string): Changes => ({
  editFiles: (files) => void files.set(path, Buffer.from(text)),
});
const withDrafts = (...more: Draft[]): Changes => ({ drafts: soundDrafts([...SOUND_DECISIONS, ...more]) });
const isSound = (changes: Changes, by = trust) => {
  const judgement = judge(changes, by);
  assert.equal(
    judgement.verdict,
    'verified, unwitnessed',
    JSON.stringify(judgement.checks.filter((each) => each.result === 'FAIL')),
  );
};

test('every point names its own files, whatever else it names', () => {
  const points = (change: (points: Record<string, string[]>) => void) =>
    manifest((m) => change(m['points'] as Record<string, string[]>));
  for (let point = 1; point <= 14; point++) {
    const answers = (each: Record<string, string[]>) => void (each[point] = ['report.md']);
    assertFails(points(answers), 'points', new RegExp(`Point ${point} of the fourteen does not name`));
    assertFails(
      points((each) => void delete each[point]),
      'points',
      new RegExp(`Point ${point} of`),
    );
  }
  assertFails(
    points((each) => void each['3']?.push('gone.json')),
    'points',
    /Point 3 names “gone.json”, which is not there/,
  );
  isSound(points((each) => void each['3']?.push('report.md')));
});

test('what can be seen to be missing is named as absent, in words that name it', () => {
  type Absent = { point: number; what: string };
  const absent = (change: (items: Absent[]) => Absent[]) =>
    manifest((m) => void (m['absent'] = change(m['absent'] as Absent[])));
  const without = (point: number) => absent((items) => items.filter((item) => item.point !== point));
  for (const point of [3, 6, 8, 9, 13, 14])
    assertFails(without(point), 'points', new RegExp(`as absent \\(point ${point}\\)`));
  assertFails({ ...without(4), complete: false }, 'points', /no proof of completeness/);
  const what = (text: string) => absent((items) => items.map((item) => ({ ...item, what: text })));
  assertFails(what('Something else'), 'points', /as absent/);
  const pointEight = (text: string) =>
    absent((items) => items.map((item) => (item.point === 8 ? { ...item, what: text } : item)));
  assertFails(pointEight('Known error rates'), 'points', /no command that repeats/);
  assertFails(pointEight('A command that repeats it'), 'points', /no calibration/);
  const noParts = edit('tools.json', (file: Fields) => ({ ...file, materials: [] }));
  assertFails(noParts, 'points', /no bill of materials/);
  assertFails(what(' '), 'manifest-signature', /says nothing/);
});

test('no file that states things may be empty, or without any of its fields', () => {
  const bundle = writeBundle();
  for (const path of FILES) {
    assertFails(put(path, '{}'), 'statements', /.*/);
    const file = JSON.parse(Buffer.from(bundle.get(path) as Uint8Array).toString()) as Fields;
    for (const place of placesIn(file)) {
      const judgement = judge(edit(path, (value) => removeAt(value, place)));
      assert.equal(judgement.verdict, 'failed', `${path} without ${place.join('.')}`);
    }
  }
  for (const path of ['report.md', 'declarations/us-fre-902.md', 'declarations/uk-certificate.md']) {
    assertFails(put(path, ''), 'statements', /does not name the bundle/);
    assertFails(put(path, 'b-1\n'), 'statements', /does not say what it must/);
    assertFails(
      put(
        path,
        Buffer.from(bundle.get(path) as Uint8Array)
          .toString()
          .replace('b-1', 'b-2'),
      ),
      'statements',
      /name the bundle “b-1”/,
    );
  }
  const us = Buffer.from(bundle.get('declarations/us-fre-902.md') as Uint8Array).toString();
  for (const rule of ['902(11)', '902(13)', '902(14)'])
    assertFails(put('declarations/us-fre-902.md', us.replace(rule, '')), 'statements', /does not say/);
  const report = Buffer.from(bundle.get('report.md') as Uint8Array).toString();
  const silent = put('report.md', report.replace('Not shown complete.', ''));
  assertFails({ ...silent, complete: false }, 'statements', /not shown complete/);
});

/** Places of the fields of an object and of objects within; an item only as a whole, as it names what fields of its entry it likes. */
function placesIn(value: Fields): string[][] {
  return Object.entries(value).flatMap(([key, inner]) => [
    [key],
    ...(isObject(inner) && !('index' in inner) && key !== 'detector'
      ? placesIn(inner).map((place) => [key, ...place])
      : []),
  ]);
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function removeAt(value: Fields | unknown[], [key, ...rest]: readonly string[]): unknown {
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Fields;
  if (rest.length > 0) copy[key as string] = removeAt(copy[key as string] as Fields, rest);
  else if (Array.isArray(copy)) copy.splice(Number(key), 1);
  else delete copy[key as string];
  return copy;
}

test('files say of the export, the period and the clock what manifest and entries say', () => {
  const change = (path: string, field: string, value: unknown) =>
    edit(path, (file: Fields) => ({ ...file, [field]: value }));
  const within = (path: string, field: string, fields: object) =>
    edit(path, (file: Fields) => ({ ...file, [field]: { ...(file[field] as object), ...fields } }));
  assertFails(change('case.json', 'case', 'case-2'), 'statements', /another case/);
  for (const list of [
    (accounts: Fields[]) => [accounts[0], accounts[0]],
    (accounts: Fields[]) => [...accounts, accounts[0]],
  ])
    assertFails(
      edit('case.json', (file: Fields) => ({ ...file, accounts: list(file['accounts'] as Fields[]) })),
      'statements',
      /exactly the accused/,
    );
  for (const field of ['bundle', 'at', 'requester', 'purpose', 'legalBasis', 'tool'])
    assertFails(within('custody.json', 'export', { [field]: timeOf(3) }), 'statements', new RegExp(field));
  for (const other of [{ version: '9' }, { name: 'other' }])
    assertFails(within('tools.json', 'exporter', other), 'statements', /another exporter/);
  assertFails(
    change('health.json', 'period', { from: timeOf(1), to: timeOf(2) }),
    'statements',
    /another period/,
  );
  assertFails(change('renewal.json', 'lookAgainBy', timeOf(100)), 'statements', /before the bundle/);
  const step: Draft = { type: 'fault', body: { kind: 'clock_step', detail: 'Back by a minute.' } };
  assertFails(withDrafts(step), 'statements', /exactly the steps/);
  const named = (indices: number[], count = 1) => ({
    ...withDrafts(step),
    ...within('time.json', 'clock', { steps: { count, indices } }),
  });
  isSound(named([26]));
  assertFails(named([26], 2), 'statements', /exactly the steps/);
  assertFails(named([14]), 'statements', /exactly the steps/);
});

test('identity, health, method and case name every entry that they are about', () => {
  const removed: Draft = {
    type: 'operator.removed',
    body: { operator: 'sol', by: 'adam', reason: 'He left us for another firm.' },
  };
  const placed: Draft = {
    type: 'hold.placed',
    body: { account: 'acme', by: 'adam', reason: 'A court asked for it.' },
  };
  isSound({ ...withDrafts(removed, placed), start: 0 });
  const lists: [string, string][] = [
    ['identity.json', 'accounts'],
    ['identity.json', 'keys'],
    ['identity.json', 'operators'],
    ['health.json', 'openings'],
    ['health.json', 'access'],
    ['case.json', 'holds'],
  ];
  for (const [path, list] of lists)
    assertFails(
      {
        ...withDrafts(removed, placed),
        start: 0,
        ...edit(path, (file: Fields) => ({ ...file, [list]: (file[list] as unknown[]).slice(1) })),
      },
      'case-file',
      new RegExp(`${path} leaves out entry`),
    );
  assertFails(
    edit('method.json', (file: { findings: object[] }) => ({
      ...file,
      findings: file.findings.map((item) => ({ ...item, statistic: 0.01 })),
    })),
    'case-file',
    /method\.json says of entry/,
  );
});

test('who asked for the bundle, why, by which right and for what stands in the manifest', () => {
  for (const field of ['requester', 'purpose', 'legalBasis', 'bundle'])
    for (const text of ['', ' ', '…'])
      assertFails(
        manifest((m) => Object.assign(m, { [field]: text })),
        'manifest-signature',
        new RegExp(`${field} says nothing`),
      );
  assertFails(
    manifest((m) => Object.assign(m['selection'] as object, { query: '' })),
    'manifest-signature',
    /query says nothing/,
  );
});

test('the period holds the case; the bundle was made after it, after its checkpoint, and not in the future', () => {
  const period = (from: string, to: string) => manifest((m) => Object.assign(m, { period: { from, to } }));
  const createdAt = (time: string) => manifest((m) => Object.assign(m, { createdAt: time }));
  assertFails(period('2001-01-01T00:00:00.000Z', '2002-01-01T00:00:00.000Z'), 'period', /not in the period/);
  assertFails(period(timeOf(27), timeOf(0)), 'period', /before it begins/);
  assertFails(period(timeOf(0), timeOf(101)), 'period', /after the bundle was made/);
  // Entry 3 created the first accused account, and entry 26 is the last of the case.
  assertFails(period(timeOf(4), timeOf(27)), 'period', /Entry 3 /);
  assertFails(period(timeOf(0), timeOf(25)), 'period', /Entry 26 /);
  assertFails({ ...period(timeOf(4), timeOf(27)), complete: false }, 'period', /Entry 3 /);
  // Entries 0 to 2 concern everybody, and may be older.
  const from3 = { from: timeOf(3), to: timeOf(27) };
  const inHealth = edit('health.json', (file: Fields) => ({ ...file, period: from3 }));
  isSound({ ...period(from3.from, from3.to), ...inHealth, start: 0 });
  assertFails(createdAt('2001-01-01T00:00:00.000Z'), 'period', /after the bundle was made/);
  // The log signed its last checkpoint at 60.
  assertFails(createdAt(timeOf(59)), 'period', /before its last checkpoint/);
  assertFails(createdAt('2099-01-01T00:00:00.000Z'), 'period', /still to come/);
  const files = writeBundle();
  const at = (ms: number) => verifyBundle(files, trust, Date.parse(timeOf(100)) + ms).verdict;
  assert.equal(at(-86_400_000), 'verified, unwitnessed', 'a clock that is a day behind');
  assert.equal(at(-86_400_001), 'failed');
});

test('keys had begun when they signed, and the policy in the bundle has them', () => {
  const from = (time: string) =>
    edit('keys.json', (keys: object[]) => keys.map((key) => ({ ...key, from: time })));
  assertFails(from('2099-01-01T00:00:00.000Z'), 'keys', /after it signed/);
  assertFails(from(timeOf(61)), 'keys', /after it signed/);
  // Signatures have seconds only.
  isSound(from(timeOf(60).replace('.000Z', '.999Z')));
  const one = trustOf(`log ${ED_VKEY}\nquorum none\n`);
  const byOne = { manifestKeys: [[ED_VKEY, ED_KEY]] as const, logSigners: LOG_SIGNERS.slice(0, 1) };
  assertFails({ ...byOne, ...from(timeOf(101)) }, 'keys', /after the bundle was signed/, one);
  isSound({ ...byOne, ...from(timeOf(99)) }, one);
  assertFails(put('tlog-policy', 'quorum none\n'), 'keys', /leaves out the log key/);
  assertFails(put('tlog-policy', TRUST.split('\n').slice(1).join('\n')), 'keys', /leaves out the log key/);
  assertFails(
    edit('keys.json', (keys: object[]) => keys.map((key) => ({ ...key, custody: '' }))),
    'keys',
    /custody in keys.json says nothing/,
  );
});
