import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertFails, judge } from './judge-bundle.ts';
import { CASE, type Draft, SOUND_DECISIONS, soundDrafts, timeOf } from './scenario.ts';

const adopted: Draft = {
  type: 'rules.adopted',
  body: { rules: ['view-before-score'], by: 'portcullis' },
};
const opened = (by: string): Draft => ({
  type: 'evidence.viewed',
  body: { case: CASE, by, items: ['finding:f-1'] },
});
const view = (by: string, reasons = 'One list, worked through by both.'): Draft => ({
  type: 'view.committed',
  body: { case: CASE, by, view: 'extraction', reasons },
});
const score = (by: string): Draft => ({
  type: 'score.shown',
  body: { case: CASE, by, findings: ['f-1'] },
});
const people = ['rhea', 'sol', 'vera'];
const drafts = (...before: readonly Draft[]) => ({
  drafts: soundDrafts([adopted, ...before, ...SOUND_DECISIONS]),
});
const sound = people.flatMap((by) => [opened(by), view(by), score(by)]);

test('decisions that follow a view of their own are sound, and the verdict says how many had to', () => {
  const { checks, verdict } = judge(drafts(...sound));
  assert.equal(
    verdict,
    'verified, unwitnessed',
    JSON.stringify(checks.filter((check) => check.result === 'FAIL')),
  );
  const decisions = checks.find((check) => check.name === 'decisions');
  assert.equal(decisions?.result, 'pass', decisions?.sentence);
  assert.match(decisions?.sentence ?? '', /3 of them had to follow the person's own view/);
});

test('before the rule was adopted nobody had to', () => {
  const { checks } = judge({ drafts: soundDrafts() });
  assert.match(
    checks.find((check) => check.name === 'decisions')?.sentence ?? '',
    /None of them had to follow a view/,
  );
});

test('a decision without its committed view is named', () => {
  const left = (type: string, by: string) =>
    sound.filter((draft) => draft.type !== type || (draft.body as { by: string }).by !== by);
  for (const by of people)
    assertFails(
      drafts(...left('view.committed', by)),
      'decisions',
      new RegExp(`“?${by}.*without having committed a view`),
    );
});

test('a view after the score, without reasons, or without evidence is none', () => {
  assertFails(drafts(score('sol'), ...sound), 'decisions', /sol.* was shown the detector's score/);
  assertFails(drafts(opened('rhea'), view('rhea', '…'), ...sound), 'decisions', /gives no reasons/);
  assertFails(drafts(view('sol'), ...sound), 'decisions', /had opened any evidence/);
});

test('nobody decides a case that another person has taken', () => {
  const rule: Draft = { type: 'rules.adopted', body: { rules: ['lease-respected'], by: 'portcullis' } };
  const lease = (by: string, until: number, step = 'taken'): Draft => ({
    type: 'case.leased',
    body: { case: CASE, by, step, until: timeOf(until) },
  });
  const [proposed, ...rest] = SOUND_DECISIONS as [Draft, ...Draft[]];
  const withLease = (...leases: readonly Draft[]) => ({
    drafts: soundDrafts([rule, proposed, ...leases, ...rest]),
  });
  assertFails(withLease(lease('vera', 99)), 'decisions', /sol.* decided in entry \d+ while .*vera/);
  for (const fine of [
    [lease('sol', 99)],
    [lease('vera', 3)],
    [lease('vera', 99), lease('vera', 3, 'released')],
  ])
    assert.equal(judge(withLease(...fine)).verdict, 'verified, unwitnessed');
});
