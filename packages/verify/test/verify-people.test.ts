import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertFails, edit, judge } from './judge-bundle.ts';
import { decision, SOUND_DECISIONS, soundDrafts, standing } from './scenario.ts';

const both = ['acme', 'bolt'];
const [proposed, confirmed, hold, appeal, ...rest] = SOUND_DECISIONS as [never, never, never, never];
const drafts = (...decisions: unknown[]) => ({ drafts: soundDrafts(decisions as never) });
const confirm = (fields: object) =>
  decision({
    decision: 'd-2',
    by: 'sol',
    step: 'confirmed',
    measure: 'hold',
    members: both,
    confirms: 'd-1',
    ...fields,
  });

test('decisions: two people for a severe measure, reasons, standing only by decision', () => {
  assertFails(drafts(proposed, confirm({ by: 'rhea' }), hold), 'decisions', /both proposed and confirmed/);
  for (const reasons of [' ', '\u200b'.repeat(40), '...'])
    assertFails(drafts(proposed, confirm({ reasons }), hold), 'decisions', /no reasons/);
  assertFails(
    drafts(proposed, confirm({ measure: 'closed' }), standing(both, 'closed', 'd-2')),
    'decisions',
    /something else/,
  );
  assertFails(drafts(proposed, confirm({ confirms: 'd-9' }), hold), 'decisions', /not here/);
  assertFails(drafts(confirm({ confirms: 'd-2' })), 'decisions', /not here/);
  assertFails(
    drafts(decision({ decision: 'd-2', by: 'sol', step: 'final', measure: 'hold', members: both }), hold),
    'decisions',
    /needs two people/,
  );
  assertFails(drafts(proposed, standing(both, 'hold', 'd-1')), 'decisions', /not final/);
  assertFails(
    drafts(proposed, confirmed, standing(both, 'closed', 'd-2')),
    'decisions',
    /where hold was decided/,
  );
  assertFails(
    drafts(proposed, confirmed, standing([...both, 'calm'], 'hold', 'd-2')),
    'decisions',
    /does not cover/,
  );
  assertFails(
    drafts(standing(both, 'hold', 'd-2'), proposed, confirmed),
    'decisions',
    /without an earlier decision/,
  );
  assertFails(drafts(standing(both, 'hold', null)), 'decisions', /without an earlier decision/);
  assertFails(drafts(standing(both, 'hold', null, null)), 'decisions', /without a decision/);
});

test('appeals: decided by somebody else', () => {
  const onAppeal = (by: string, id = 'a-1') =>
    decision({ decision: 'd-3', by, step: 'final', measure: 'open', members: both, appeal: id });
  for (const by of ['rhea', 'sol'])
    assertFails(drafts(proposed, confirmed, hold, appeal, onAppeal(by)), 'decisions', /then the appeal/);
  assertFails(
    drafts(proposed, confirmed, hold, appeal, onAppeal('vera', 'a-9')),
    'decisions',
    /appeal that is not here/,
  );
  assertFails(
    drafts(proposed, confirmed, hold, onAppeal('vera'), appeal),
    'decisions',
    /appeal that is not here/,
  );
  const rejected = decision({
    decision: 'd-2',
    by: 'vera',
    step: 'rejected',
    measure: 'hold',
    members: both,
    confirms: 'd-1',
  });
  const slow = decision({ decision: 'd-4', by: 'sol', step: 'final', measure: 'slow', members: both });
  assert.equal(
    judge(drafts(proposed, rejected, slow, appeal, onAppeal('vera'))).verdict,
    'verified, unwitnessed',
  );
  for (const sound of [
    drafts(),
    drafts(proposed),
    drafts(proposed, confirmed, hold),
    drafts(proposed, confirmed, hold, appeal, ...rest),
    drafts(
      decision({ decision: 'd-1', by: 'sol', step: 'final', measure: 'dismiss', members: both }),
      standing(both, 'open', 'd-1'),
    ),
  ])
    assert.equal(judge(sound).verdict, 'verified, unwitnessed');
});

test('an appeal is decided by who decided about other accounts only, never about those accounts too', () => {
  const appealOf = (id: string, account: string) => ({
    type: 'appeal',
    body: { appeal: id, case: 'case-1', account, by: 'adam' },
    contents: { statement: 'We ran an evaluation.' },
  });
  const some = (id: string, by: string, members: readonly string[], more: object = {}) => [
    decision({ decision: id, by, step: 'final', measure: 'open', members, accounts: 'some', ...more }),
    { type: 'decision.members', body: { decision: id, part: 1, parts: 1, accounts: members } },
  ];
  const first = [...some('d-3', 'vera', ['bolt'], { appeal: 'a-1' }), appealOf('a-2', 'acme')];
  const held = [proposed, confirmed, hold, appeal, ...first];
  assert.equal(
    judge(drafts(...held, ...some('d-4', 'vera', ['acme'], { appeal: 'a-2' }))).verdict,
    'verified, unwitnessed',
  );
  assertFails(
    drafts(...held, ...some('d-4', 'vera', both, { appeal: 'a-2', accounts: 'all' })),
    'decisions',
    /then the appeal/,
  );
  for (const by of ['rhea', 'sol'])
    assertFails(
      drafts(...held, ...some('d-4', by, ['acme'], { appeal: 'a-2' })),
      'decisions',
      /then the appeal/,
    );
  // Who decided about acme only may decide about bolt after its appeal; who decided about bolt may not.
  const slow = (id: string, by: string, account: string) => some(id, by, [account], { measure: 'slow' });
  const apart = [...slow('d-1', 'rhea', 'acme'), ...slow('d-2', 'sol', 'bolt'), appeal];
  const heard = [...apart, ...some('d-3', 'vera', ['bolt'], { appeal: 'a-1' })];
  assert.equal(judge(drafts(...heard, ...slow('d-4', 'rhea', 'bolt'))).verdict, 'verified, unwitnessed');
  assertFails(drafts(...heard, ...slow('d-4', 'sol', 'bolt')), 'decisions', /overrule/);
});

test('an appeal is decided once, about the account that appealed', () => {
  const some = (id: string, members: readonly string[], measure = 'open') => [
    decision({ decision: id, by: 'vera', step: 'final', measure, members, accounts: 'some', appeal: 'a-1' }),
    { type: 'decision.members', body: { decision: id, part: 1, parts: 1, accounts: members } },
  ];
  assertFails(
    drafts(...SOUND_DECISIONS, ...some('d-9', ['bolt'], 'plain')),
    'decisions',
    /an appeal that entry \d+ had decided/,
  );
  assertFails(
    drafts(proposed, confirmed, hold, appeal, ...some('d-3', ['acme'])),
    'decisions',
    /does not cover “bolt”, who appealed/,
  );
});

test('members: lists that are not those recorded', () => {
  const change = (type: string, fields: object) => ({
    drafts: soundDrafts().map((draft) =>
      draft.type === type ? { ...draft, body: { ...draft.body, ...fields } } : draft,
    ),
  });
  assertFails(change('finding.members', { accounts: ['acme', 'calm'] }), 'members', /not those it recorded/);
  assertFails(change('finding.members', { accounts: ['acme', 'acme'] }), 'members', /twice/);
  assertFails(change('finding.members', { parts: 2 }), 'members', /do not fit/);
  assertFails(change('finding.members', { finding: 'f-2' }), 'members', /not here/);
  assertFails(change('decision.members', { accounts: ['acme'] }), 'members', /not those it recorded/);
  assertFails(change('decision.members', { decision: 'd-9' }), 'members', /members of the decision/);
  assertFails(change('case.opened', { case: 'case-2' }), 'members', /No entry opens/);
  assertFails(change('case.opened', { finding: 'f-9' }), 'members', /finding “f-9” of the case is not here/);
  const stranger = [
    decision({
      decision: 'd-1',
      by: 'rhea',
      step: 'final',
      measure: 'slow',
      members: ['calm'],
      accounts: 'some',
    }),
    { type: 'decision.members', body: { decision: 'd-1', part: 1, parts: 1, accounts: ['calm'] } } as const,
    standing(['calm'], 'slow', 'd-1'),
  ];
  assertFails({ drafts: soundDrafts(stranger) }, 'members', /“calm”, whom no finding of the case names/);
  const lone = decision({
    decision: 'd-1',
    by: 'rhea',
    step: 'proposed',
    measure: 'hold',
    members: ['acme', 'calm'],
  });
  assertFails({ drafts: soundDrafts([lone]) }, 'members', /no finding before it names/);
});

test('case.json, health.json, identity.json and method.json say only what entries say', () => {
  type File = Record<string, Record<string, unknown>[]>;
  const item = (list: string, fields: object) =>
    edit('case.json', (file: File) => ({
      ...file,
      [list]: file[list]?.map((each) => ({ ...each, ...fields })),
    }));
  assertFails(item('decisions', { by: 'eve' }), 'case-file', /what the entry does not say/);
  assertFails(
    item('decisions', { note: 'Admitted everything.' }),
    'case-file',
    /what the entry does not say/,
  );
  assertFails(item('findings', { detector: { name: 'other' } }), 'case-file', /what the entry does not say/);
  assertFails(item('appeals', { index: 999 }), 'case-file', /not here/);
  for (const list of ['decisions', 'appeals', 'standing', 'findings', 'evidenceViewed', 'opened'])
    assertFails(
      edit('case.json', (file: File) => ({ ...file, [list]: file[list]?.slice(1) })),
      'case-file',
      /leaves out entry/,
    );
  assertFails(
    edit('identity.json', () => ({ keys: [{ indices: [1] }] })),
    'case-file',
    /not here/,
  );
  assertFails(
    edit('health.json', () => ({ a: { b: [[{ index: 14, kind: 'gap' }]] } })),
    'case-file',
    /what the entry does not say/,
  );
  assertFails(
    edit('method.json', (file: { detector: object }) => ({
      ...file,
      detector: { ...file.detector, digest: '00'.repeat(32) },
    })),
    'case-file',
    /another detector/,
  );
  assert.equal(
    judge(edit('case.json', (file: File) => ({ ...file, summary: { words: 'derived' } }))).verdict,
    'verified, unwitnessed',
  );
});

test('more findings than a case may have are refused', () => {
  const many = Array.from({ length: 1001 }, (_, i) => ({
    type: 'case.extended' as const,
    body: { case: 'case-1', finding: `g-${i}`, campaign: 'c-1' },
  }));
  assertFails({ drafts: soundDrafts(many) }, 'members', /at most 1000 findings/);
});

test('two decisions of one name are refused', () => {
  const slow = decision({ decision: 'd-1', by: 'rhea', step: 'final', measure: 'slow', members: both });
  assertFails({ drafts: soundDrafts([slow, slow]) }, 'members', /two decisions/);
});
