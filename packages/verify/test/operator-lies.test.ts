import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Changes, ED_KEY, ED_VKEY, LOG_SIGNERS, TRUST } from './bundle-writer.ts';
import { assertFails, edit, judge, manifest } from './judge-bundle.ts';
import { decision, type Draft, SOUND_DECISIONS, soundDrafts, standing } from './scenario.ts';
import { trustOf } from './trusts.ts';

// What an operator who holds the keys, and so can sign anything, could leave out or turn round.

const both = ['acme', 'bolt'];
const [proposed, confirmed, hold, appeal, heard, heardMembers, opened] = SOUND_DECISIONS as [
  Draft,
  Draft,
  Draft,
  Draft,
  Draft,
  Draft,
  Draft,
];
const drafts = (...decisions: Draft[]): Changes => ({ drafts: soundDrafts(decisions) });
const sentenceOf = (changes: Changes, name: string) => {
  const judgement = judge(changes);
  assert.equal(judgement.verdict, 'verified, unwitnessed', JSON.stringify(judgement, null, 1));
  const check = judgement.checks.find((each) => each.name === name);
  return `${check?.result} ${check?.sentence}`;
};

test('a range that starts after the accused accounts began is not called complete for them', () => {
  assert.match(sentenceOf({}, 'range'), /^pass Complete/);
  assert.match(sentenceOf({ start: 0 }, 'range'), /^pass Complete/);
  // Entry 3 created the account acme.
  assert.match(sentenceOf({ start: 4 }, 'range'), /^absent Not shown complete: .*“acme”/);
});

test('a range that starts after the case was opened, with a later finding only, is refused', () => {
  const again: Draft[] = soundDrafts([])
    .filter(({ type }) => type === 'finding' || type === 'finding.members')
    .map(({ type, body }) => ({ type, body: { ...body, finding: 'f-2' } }));
  const extended: Draft = {
    type: 'case.extended',
    body: { case: 'case-1', finding: 'f-2', campaign: 'c-1' },
  };
  const grown = soundDrafts([proposed, confirmed, hold, ...again, extended]);
  assert.equal(judge({ drafts: grown }).verdict, 'verified, unwitnessed');
  assertFails({ drafts: grown, start: 19 }, 'members', /No entry opens/);
});

test('a severe standing that rests on another case needs that case’s decision by two people', () => {
  const otherCase = (draft: Draft): Draft => ({ ...draft, body: { ...draft.body, case: 'case-2' } });
  const rest = standing(both, 'hold', 'd-2', 'case-2');
  assertFails(drafts(rest), 'decisions', /of another case, which is not here/);
  assertFails(drafts(otherCase(proposed), rest), 'decisions', /of another case, which is not here/);
  assertFails(
    drafts(otherCase(proposed), otherCase(confirmed), standing(both, 'closed', 'd-2', 'case-2')),
    'decisions',
    /of another case/,
  );
  const alone = otherCase(
    decision({ decision: 'd-2', by: 'sol', step: 'final', measure: 'hold', members: both }),
  );
  assertFails(drafts(alone, rest), 'decisions', /two people/);
  assert.equal(
    judge(drafts(otherCase(proposed), otherCase(confirmed), rest)).verdict,
    'verified, unwitnessed',
  );
});

test('a decision that a later one replaced sets no standing', () => {
  assertFails(
    drafts(proposed, confirmed, hold, appeal, heard, heardMembers, opened, standing(both, 'hold', 'd-2')),
    'decisions',
    /a later one .* replaced/,
  );
  // For the other account it still holds.
  assert.equal(
    judge(
      drafts(
        proposed,
        confirmed,
        hold,
        appeal,
        heard,
        heardMembers,
        opened,
        standing(['acme'], 'hold', 'd-2'),
      ),
    ).verdict,
    'verified, unwitnessed',
  );
});

test('a proposal is answered once', () => {
  const rejected = decision({
    decision: 'd-0',
    by: 'vera',
    step: 'rejected',
    measure: 'hold',
    members: both,
    confirms: 'd-1',
  });
  assertFails(drafts(proposed, rejected, confirmed, hold), 'decisions', /answered before/);
});

test('who decided before an appeal does not overrule what was decided on it', () => {
  const again = (by: string, members: readonly string[]): Draft =>
    decision({ decision: 'd-9', by, step: 'final', measure: 'plain', members, accounts: 'some' });
  const parts = (members: readonly string[]): Draft => ({
    type: 'decision.members',
    body: { decision: 'd-9', part: 1, parts: 1, accounts: members },
  });
  const sound = [proposed, confirmed, hold, appeal, heard, heardMembers, opened] as const;
  for (const by of ['rhea', 'sol'])
    assertFails(drafts(...sound, again(by, ['bolt']), parts(['bolt'])), 'decisions', /overrule/);
  for (const [by, members] of [
    ['vera', ['bolt']],
    ['rhea', ['acme']],
  ] as const)
    assert.equal(
      judge(drafts(...sound, again(by, members), parts(members))).verdict,
      'verified, unwitnessed',
    );
});

test('“erased” is believed only where the ledger says so', () => {
  const erased = edit('withheld.json', (items: object[]) =>
    items.map((item) => ({ ...item, reason: 'erased' })),
  );
  assertFails(erased, 'withheld', /no later entry/);
  const erasure = (fields: object): Draft => ({
    type: 'content.erased',
    body: {
      account: null,
      scope: 'account',
      before: null,
      by: 'adam',
      reason: 'The account asked for it.',
      legal_basis: 'GDPR, article 17',
      ...fields,
    },
  });
  const one = (...added: Draft[]) => ({ ...drafts(...SOUND_DECISIONS, ...added), ...erased });
  assertFails(one(erasure({ account: 'acme' })), 'withheld', /no later entry/);
  assertFails(
    one(erasure({ scope: 'age', before: '2026-03-01T12:00:00.000Z' })),
    'withheld',
    /no later entry/,
  );
  for (const sound of [
    one(erasure({ account: 'acme' }), erasure({ account: 'bolt' })),
    one(erasure({ scope: 'age', before: '2026-03-01T13:00:00.000Z' })),
  ])
    assert.equal(judge(sound).verdict, 'verified, unwitnessed');
});

test('faults are not lost by a short period, nor out of health.json', () => {
  // Entry 14 is the restart.
  const short = { from: '2026-03-01T12:00:20.000Z', to: '2026-03-01T12:00:21.000Z' };
  assertFails(
    { ...manifest((value) => void (value['period'] = short)), unproved: [14] },
    'inclusion',
    /Entry 14 .* no proof/,
  );
  for (const list of ['faults', 'policies'])
    assertFails(
      edit('health.json', (file: object) => ({ ...file, [list]: [] })),
      'case-file',
      /health\.json leaves out entry/,
    );
});

test('earlier exports, the accused and the detector are named', () => {
  const exported: Draft = {
    type: 'bundle.exported',
    body: {
      bundle: 'b-0',
      case: 'case-1',
      manifest_sha256: 'ab'.repeat(32),
      by: 'rhea',
      requester: 'A court',
      purpose: 'A test',
      legal_basis: 'Legitimate interest',
      entries: 3,
    },
  };
  const twice = drafts(...SOUND_DECISIONS, exported);
  assert.equal(judge(twice).verdict, 'verified, unwitnessed');
  for (const [path, list] of [
    ['custody.json', 'earlierExports'],
    ['health.json', 'access'],
  ] as const)
    assertFails(
      { ...twice, ...edit(path, (file: object) => ({ ...file, [list]: [] })) },
      'case-file',
      new RegExp(`${path} leaves out entry`),
    );
  for (const selection of [
    { accounts: ['acme'], accountsTotal: 1, query: 'case = case-1' },
    { accounts: ['acme', 'calm'], accountsTotal: 2, query: 'case = case-1' },
  ])
    assertFails(
      manifest((value) => void (value['selection'] = selection)),
      'members',
      /selection/,
    );
});

test('content that is left out of an opened field is counted', () => {
  const digestOnly: Changes = {
    editFiles(files) {
      const text = Buffer.from(files.get('disclosed.jsonl') as Uint8Array).toString();
      files.set('disclosed.jsonl', Buffer.from(text.replace(/"content":"[^"]*"/, '"content":null')));
    },
  };
  assert.match(sentenceOf(digestOnly, 'disclosure'), /1 of them only by its digest/);
});

test('a trust file with one of the two keys, and a bundle or ledger signed with one', () => {
  const one = trustOf(`log ${ED_VKEY}\nquorum none\n`);
  // The other key signed as well, and is not trusted: said, not passed over.
  assertFails({}, 'manifest-signature', /not trusted/, one);
  const manifestKeys = [[ED_VKEY, ED_KEY]] as const;
  assert.equal(judge({ manifestKeys }, one).verdict, 'verified, unwitnessed');
  assertFails({ manifestKeys }, 'manifest-signature', /No trusted ML-DSA-44/, trustOf(TRUST));
  assertFails({ logSigners: LOG_SIGNERS.slice(0, 1) }, 'checkpoints', /No trusted ML-DSA-44/);
});
