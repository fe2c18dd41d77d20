import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertFails, judge } from './judge-bundle.ts';
import { CASE, decision, type Draft, SOUND_DECISIONS, soundDrafts, timeOf } from './scenario.ts';

const [proposed, confirmed, held] = SOUND_DECISIONS as [Draft, Draft, Draft];
/** Early enough to be over when the next entries come. */
const window = (until = 3, immediate: string | null = null): Draft => ({
  type: 'decision.window',
  body: { decision: 'd-2', case: CASE, takes_effect: timeOf(until), immediate },
});
const effected: Draft = { type: 'decision.effected', body: { decision: 'd-2', case: CASE } };
const undone = (by: string): Draft => ({
  type: 'decision.undone',
  body: { decision: 'd-2', case: CASE, by, reasons: 'I meant another case.' },
});
const turned = (stopped: boolean): Draft => ({
  type: 'switch.turned',
  body: { stopped, drill: false, by: 'adam', reasons: 'It is being looked at.' },
});
const rule: Draft = { type: 'rules.adopted', body: { rules: ['stop-respected'], by: 'portcullis' } };
const drafts = (...decisions: readonly Draft[]) => ({ drafts: soundDrafts(decisions) });
const sound = (...decisions: readonly Draft[]) => {
  const { verdict, checks } = judge(drafts(...decisions));
  assert.equal(
    verdict,
    'verified, unwitnessed',
    JSON.stringify(checks.filter((each) => each.result === 'FAIL')),
  );
};

test('a decision with a window takes effect after it, and then the standing is set', () => {
  sound(proposed, window(), confirmed, effected, held);
  assertFails(drafts(proposed, window(), confirmed, held), 'decisions', /had not taken effect/);
  assertFails(drafts(proposed, window(), confirmed, held, effected), 'decisions', /had not taken effect/);
  assertFails(drafts(proposed, window(99), confirmed, effected, held), 'decisions', /before its time/);
  assertFails(drafts(proposed, confirmed, effected, held), 'decisions', /no window stands before it/);
});

test('what was undone does not take effect, and who did not make it does not undo it', () => {
  sound(proposed, window(), confirmed, undone('sol'));
  sound(proposed, window(), confirmed, undone('rhea'));
  assertFails(drafts(proposed, window(), confirmed, undone('vera')), 'decisions', /did not make it/);
  assertFails(
    drafts(proposed, window(), confirmed, undone('sol'), effected, held),
    'decisions',
    /which entry \d+ undid/,
  );
  assertFails(
    drafts(proposed, window(), confirmed, effected, held, undone('sol')),
    'decisions',
    /can not be undone there/,
  );
});

test('who was severed is opened alone, and decided about no more', () => {
  const severed: Draft = {
    type: 'account.severed',
    body: { case: CASE, account: 'bolt', decision: 'd-0', by: 'rhea', reasons: 'A school.' },
  };
  const opens = (members: readonly string[], measure = 'open') =>
    decision({ decision: 'd-0', by: 'rhea', step: 'final', measure, members, accounts: 'some' });
  const members = (accounts: readonly string[], of = 'd-0'): Draft => ({
    type: 'decision.members',
    body: { decision: of, part: 1, parts: 1, accounts },
  });
  sound(members(['bolt']), severed, opens(['bolt']));
  const rest = decision({ decision: 'd-5', by: 'sol', step: 'final', measure: 'slow', members: ['acme'] });
  sound(members(['bolt']), severed, opens(['bolt']), members(['acme'], 'd-5'), rest);
  assertFails(
    drafts(members(['acme', 'bolt']), severed, opens(['acme', 'bolt'])),
    'decisions',
    /does not open that account alone/,
  );
  assertFails(
    drafts(members(['bolt']), severed, opens(['bolt'], 'slow')),
    'decisions',
    /does not open that account alone/,
  );
  assertFails(
    drafts(members(['bolt']), severed, opens(['bolt']), proposed, confirmed, held),
    'decisions',
    /bolt.*, whom entry \d+ had severed/,
  );
});

test('nothing is decided on a case that was mixed in', () => {
  const known: Draft = {
    type: 'known.revealed',
    body: {
      known: 'known-1',
      case: CASE,
      finding: 'f-1',
      answer: 'not',
      salt: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
      by: 'rhea',
      right: true,
    },
  };
  assertFails(drafts(known, proposed), 'decisions', /mixed in with a known answer/);
});

test('nothing restricts by the clock while everything is stopped', () => {
  const stopped = [rule, proposed, turned(true), window(), confirmed, effected, held] as const;
  assertFails(drafts(...stopped), 'decisions', /restricts while everything was stopped/);
  sound(rule, proposed, turned(true), window(3, 'They take it right now.'), confirmed, effected, held);
  sound(rule, proposed, turned(true), turned(false), window(), confirmed, effected, held);
});

test('no case opens while everything is stopped', () => {
  const opensAfter = (...before: readonly Draft[]) => ({
    drafts: soundDrafts().flatMap((each) => (each.type === 'case.opened' ? [...before, each] : [each])),
  });
  assertFails(opensAfter(rule, turned(true)), 'decisions', /opens or extends the case while everything/);
  for (const before of [[turned(true)], [rule, turned(true), turned(false)]])
    assert.equal(judge(opensAfter(...before)).verdict, 'verified, unwitnessed');
});
