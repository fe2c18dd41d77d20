import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Judgement } from '../src/verdict.ts';
import { verifyBundle } from '../src/verify-bundle.ts';
import {
  canonical,
  type Changes,
  ED_KEY,
  ED_VKEY,
  fixedKey,
  LOG_SIGNERS,
  ML_KEY,
  ML_VKEY,
  TRUST,
  W1,
  W2,
  WITNESSED_TRUST,
  writeBundle,
} from './bundle-writer.ts';
import { decision, soundDrafts, standing, SOUND_DECISIONS } from './scenario.ts';
import { trustOf } from './trusts.ts';
import { formatVerifierKey } from '@portcullis/record';

const trust = trustOf(TRUST);
const both = ['acme', 'bolt'];

function judge(changes: Changes, by = trust): Judgement {
  return verifyBundle(writeBundle(changes), by);
}

/** The bundle fails, in the named check, with a sentence like `like`. */
function assertFails(changes: Changes, name: string, like: RegExp, by = trust): void {
  const judgement = judge(changes, by);
  const failed = judgement.checks.filter((check) => check.result === 'FAIL');
  assert.equal(judgement.verdict, 'failed');
  assert.ok(
    failed.some((check) => check.name === name && like.test(check.sentence)),
    JSON.stringify(failed, null, 1),
  );
}

function edit(path: string, change: (value: never) => unknown): Pick<Changes, 'editFiles'> {
  return {
    editFiles(files) {
      const value = JSON.parse(Buffer.from(files.get(path) as Uint8Array).toString()) as never;
      files.set(path, canonical(change(value)));
    },
  };
}

function editLines(path: string, change: (lines: string[]) => string[]): Pick<Changes, 'editFiles'> {
  return {
    editFiles(files) {
      const text = Buffer.from(files.get(path) as Uint8Array).toString();
      const lines = change(text.split('\n').slice(0, -1));
      files.set(path, new TextEncoder().encode(lines.map((line) => `${line}\n`).join('')));
    },
  };
}

function manifest(change: (value: Record<string, object>) => void): Pick<Changes, 'editManifest'> {
  return { editManifest: change as never };
}

test('a sound bundle verifies, says it is complete and that no witness signed', () => {
  const judgement = judge({});
  assert.deepEqual(
    judgement.checks.filter((check) => check.result === 'FAIL'),
    [],
  );
  assert.equal(judgement.verdict, 'verified, unwitnessed');
  assert.match(judgement.sentence, /split view by the operator can not be ruled out/);
  assert.match(judgement.limits, /does not show/);
  assert.match(judgement.checks.find((check) => check.name === 'range')?.sentence ?? '', /^Complete/);
  assert.deepEqual(
    judgement.checks.map((check) => check.name),
    [
      'manifest-signature',
      'files',
      'leaves',
      'checkpoints',
      'range',
      'consistency',
      'inclusion',
      'disclosure',
      'withheld',
      'members',
      'decisions',
      'case-file',
      'keys',
      'witnesses',
      'point 6',
    ],
  );
});

test('a bundle from the ledger’s first entry, and one that is not complete, verify', () => {
  assert.equal(judge({ start: 0 }).verdict, 'verified, unwitnessed');
  const part = judge({ complete: false });
  assert.equal(part.verdict, 'verified, unwitnessed');
  const range = part.checks.find((check) => check.name === 'range');
  assert.equal(range?.result, 'absent');
  assert.match(range?.sentence ?? '', /Not shown complete/);
});

test('a quorum of an Ed25519 and an ML-DSA-44 witness makes it verified', () => {
  const witnessed = trustOf(WITNESSED_TRUST);
  assert.equal(judge({ witnesses: [W1, W2] }, witnessed).verdict, 'verified');
  assert.equal(judge({ witnesses: [W1] }, witnessed).verdict, 'verified, unwitnessed');
  assert.equal(judge({ witnesses: [] }, witnessed).verdict, 'verified, unwitnessed');
  assert.equal(
    judge({ witnesses: [W1] }, trustOf(WITNESSED_TRUST.replace('both all', 'both any'))).verdict,
    'verified',
  );
  assert.equal(judge({ witnesses: [W1, W2] }).verdict, 'verified, unwitnessed', 'a policy without witnesses');
  const lying = { ...W1, sign: () => new Uint8Array(72) };
  assertFails({ witnesses: [lying, W2] }, 'checkpoints', /does not verify/, witnessed);
});

test('keys: wrong, missing and unknown ones fail', () => {
  const other = fixedKey('ed25519', 0x66);
  const otherVkey = formatVerifierKey('ledger.example/verify', 1, other.publicKey);
  assertFails({}, 'manifest-signature', /not trusted/, trustOf(`log ${otherVkey}\nquorum none\n`));
  assertFails({}, 'manifest-signature', /not trusted/, trustOf(`log ${ED_VKEY}\nquorum none\n`));
  assertFails({ manifestKeys: [] }, 'manifest-signature', /No trusted/);
  assertFails({ manifestKeys: [[ED_VKEY, ED_KEY]] }, 'manifest-signature', /No trusted ML-DSA-44/);
  assertFails({ manifestKeys: [[ML_VKEY, ML_KEY]] }, 'manifest-signature', /No trusted Ed25519/);
  assertFails(
    {
      manifestKeys: [
        [ED_VKEY, other],
        [ML_VKEY, ML_KEY],
      ],
    },
    'manifest-signature',
    /does not verify/,
  );
  assertFails(
    {
      manifestKeys: [
        [ED_VKEY, ED_KEY],
        [ML_VKEY, ML_KEY],
        [otherVkey, other],
      ],
    },
    'manifest-signature',
    /not trusted/,
  );
  assertFails(
    {
      manifestKeys: [
        [ED_VKEY, ED_KEY],
        [ML_VKEY, ML_KEY],
        [ED_VKEY, ED_KEY],
      ],
    },
    'manifest-signature',
    /twice/,
  );
  assertFails({ logSigners: LOG_SIGNERS.slice(0, 1) }, 'checkpoints', /No trusted ML-DSA-44/);
  assertFails({ logSigners: LOG_SIGNERS.slice(1) }, 'checkpoints', /No trusted Ed25519/);
  assertFails({ logSigners: [W1] }, 'checkpoints', /No trusted/);
  assertFails(
    edit('keys.json', (keys: unknown[]) => keys.slice(1)),
    'keys',
    /leaves out the key/,
  );
  assertFails(
    edit('keys.json', (keys: object[]) => keys.map((key) => ({ ...key, until: '2026-03-01T12:00:01.000Z' }))),
    'keys',
    /ended before/,
  );
  assertFails(
    { editFiles: (files) => void files.set('tlog-policy', Buffer.from('log x\n')) },
    'keys',
    /tlog-policy/,
  );
});

test('files: added, removed, renamed, unnamed', () => {
  const cases: [string, (files: Map<string, Uint8Array>) => void, RegExp][] = [
    ['added', (files) => files.set('extra.txt', new Uint8Array(1)), /not named/],
    ['removed', (files) => files.delete('report.md'), /missing/],
    [
      'renamed',
      (files) => files.set('report2.md', files.get('report.md') as Uint8Array) && files.delete('report.md'),
      /not named/,
    ],
    [
      'longer',
      (files) =>
        files.set('report.md', Buffer.concat([files.get('report.md') as Uint8Array, Buffer.from('x')])),
      /bytes/,
    ],
    ['emptied', (files) => files.set('checkpoints/first', new Uint8Array(0)), /bytes/],
  ];
  for (const [what, change, like] of cases) {
    const files = writeBundle();
    change(files);
    const judgement = verifyBundle(files, trust);
    const check = judgement.checks.find((each) => each.name === 'files');
    assert.ok(judgement.verdict === 'failed' && check?.result === 'FAIL' && like.test(check.sentence), what);
  }
  assertFails({ editFiles: (files) => void files.delete('time.json') }, 'files', /does not name time.json/);
  assertFails(
    { editFiles: (files) => void files.set('time.json', Buffer.from('{"b":1,"a":2}')) },
    'files',
    /out of order/,
  );
  assertFails(
    { editFiles: (files) => void files.set('time.json', Buffer.from('{"a":1,"a":2}')) },
    'files',
    /stands twice/,
  );
  assertFails(
    { editFiles: (files) => void files.set('time.json', Buffer.from('['.repeat(100_000))) },
    'files',
    /deeper/,
  );
  assertFails(
    { editFiles: (files) => void files.set('report.md', Uint8Array.of(0xff)) },
    'files',
    /not UTF-8/,
  );
  assert.equal(verifyBundle(new Map(), trust).verdict, 'failed');
});

test('manifest: what it must not say', () => {
  const stated = { bytes: 1, sha256: '00'.repeat(32) };
  for (const path of [
    '../evil',
    '/etc/passwd',
    'a//b',
    'a/../b',
    '.hidden',
    'a\\b',
    'a/',
    '',
    'C:x',
    'x'.repeat(201),
  ])
    assertFails(
      manifest((m) => Object.assign(m.files as object, { [path]: stated })),
      'manifest-signature',
      /not a plain path/,
    );
  assertFails(
    manifest((m) => Object.assign(m, { more: 1 })),
    'manifest-signature',
    /not known/,
  );
  assertFails(
    manifest((m) => void delete m.purpose),
    'manifest-signature',
    /lacks the field purpose/,
  );
  assertFails(
    manifest((m) => Object.assign(m, { format: 'portcullis/bundle/v2' })),
    'manifest-signature',
    /not of the format/,
  );
  assertFails(
    manifest((m) => Object.assign(m, { origin: 'other.example' })),
    'manifest-signature',
    /no log named/,
  );
  assertFails(
    manifest((m) => Object.assign(m, { absent: [] })),
    'files',
    /Point 6/,
  );
  assertFails(
    manifest((m) => Object.assign(m.points as object, { 3: ['gone.json'] })),
    'files',
    /Point 3 names/,
  );
  assertFails(
    manifest((m) => Object.assign(m.entries as object, { total: 23 })),
    'leaves',
    /manifest states 23/,
  );
  assertFails(
    manifest((m) => Object.assign(m.entries as object, { case: 23 })),
    'inclusion',
    /manifest states 23/,
  );
  assertFails(
    manifest((m) => Object.assign(m.files as object, { 'manifest.dsse.json': stated })),
    'files',
    /missing/,
  );
});

test('leaves: swapped, dropped, added, changed and malformed', () => {
  const swap = (lines: string[]) => [lines[1] as string, lines[0] as string, ...lines.slice(2)];
  assertFails(editLines('leaves.jsonl', swap), 'range', /another root|do not lead/);
  assertFails(editLines('leaves.jsonl', swap), 'inclusion', /another root/);
  assertFails(
    editLines('leaves.jsonl', (lines) => lines.slice(1)),
    'leaves',
    /23 lines/,
  );
  assertFails(
    editLines('leaves.jsonl', (lines) => [...lines, lines[0] as string]),
    'leaves',
    /25 lines/,
  );
  assertFails(
    editLines('leaves.jsonl', ([first, ...rest]) => [` ${first}`, ...rest]),
    'leaves',
    /canonical JSON/,
  );
  assertFails(
    editLines('leaves.jsonl', ([first, ...rest]) => [(first as string).replace('acme', 'axme'), ...rest]),
    'range',
    /do not lead/,
  );
  assertFails(
    editLines('leaves.jsonl', ([, ...rest]) => [`{"x":"${'y'.repeat(8200)}"}`, ...rest]),
    'leaves',
    /larger than 8192/,
  );
  assertFails(
    editLines('leaves.jsonl', ([, ...rest]) => ['', ...rest]),
    'leaves',
    /empty line/,
  );
  assertFails(
    { editFiles: (files) => void files.set('leaves.jsonl', Buffer.from('{}')) },
    'leaves',
    /newline/,
  );
  const wrongTime = (leaves: Uint8Array[]) =>
    void (leaves[5] = Buffer.from(
      Buffer.from(leaves[5] as Uint8Array)
        .toString()
        .replace('2026-03-01', '2026-02-31'),
    ));
  assertFails({ editLeaves: wrongTime }, 'leaves', /not a time/);
  const noAccount = (leaves: Uint8Array[]) =>
    void (leaves[5] = Buffer.from(
      Buffer.from(leaves[5] as Uint8Array)
        .toString()
        .replace('"account"', '"accounx"'),
    ));
  assertFails({ editLeaves: noAccount }, 'leaves', /account of entry 5/);
});

test('a split view: another root, another size, another log', () => {
  const other = writeBundle({
    drafts: soundDrafts().map((draft, i) =>
      i === 7 ? { ...draft, body: { ...draft.body, account: 'kind' } } : draft,
    ),
  });
  const replaceLast = {
    editFiles: (files: Map<string, Uint8Array>) =>
      void files.set('checkpoints/last', other.get('checkpoints/last') as Uint8Array),
  };
  for (const name of ['range', 'consistency', 'inclusion']) assertFails(replaceLast, name, /root/);
  assertFails({ ...replaceLast, complete: false }, 'inclusion', /another root/);
  const first = {
    editFiles: (files: Map<string, Uint8Array>) =>
      void files.set('checkpoints/last', files.get('checkpoints/first') as Uint8Array),
  };
  assertFails(first, 'range', /not the one between/);
  const both2 = {
    editFiles: (files: Map<string, Uint8Array>) =>
      void files.set('checkpoints/first', files.get('checkpoints/last') as Uint8Array),
  };
  assertFails(both2, 'range', /not the one between/);
  const noFirst = {
    editFiles: (files: Map<string, Uint8Array>) => void files.set('checkpoints/first', new Uint8Array(0)),
  };
  assertFails(noFirst, 'range', /not the one between/);
  const earlier = writeBundle({
    drafts: soundDrafts().map((draft, i) =>
      i === 1 ? { ...draft, body: { ...draft.body, operator: 'eve' } } : draft,
    ),
  });
  const otherFirst = {
    editFiles: (files: Map<string, Uint8Array>) =>
      void files.set('checkpoints/first', earlier.get('checkpoints/first') as Uint8Array),
  };
  assertFails(otherFirst, 'range', /peaks do not lead/);
  assertFails(otherFirst, 'consistency', /first root/);
});

test('proofs: dropped, doubled, changed; range and consistency files that do not fit', () => {
  assertFails({ unproved: [9] }, 'inclusion', /Entry 9 .* has no proof/);
  assertFails({ unproved: [26] }, 'inclusion', /Entry 26/);
  assertFails(
    editLines('proofs.jsonl', (lines) => [...lines.slice(1), lines[1] as string]),
    'inclusion',
    /two proofs/,
  );
  assertFails(
    editLines('proofs.jsonl', (lines) => lines.map((line) => line.replace('"index":9}', '"index":13}'))),
    'inclusion',
    /another root/,
  );
  assertFails(
    editLines('proofs.jsonl', (lines) => lines.map((line) => line.replace(/"index":9}/, '"index":99}'))),
    'inclusion',
    /not here/,
  );
  assertFails(
    editLines('proofs.jsonl', ([first, ...rest]) => [(first as string).replace(/\["[^"]+",/, '['), ...rest]),
    'inclusion',
    /short|root/,
  );
  assertFails(
    edit('range.json', (range: object) => ({ ...range, peaks: [] })),
    'range',
    /fewer peaks/,
  );
  assertFails(
    edit('range.json', (range: { peaks: string[] }) => ({ ...range, peaks: [...range.peaks].reverse() })),
    'range',
    /first root/,
  );
  assertFails(
    edit('range.json', (range: object) => ({ ...range, start: 2 })),
    'leaves',
    /lines/,
  );
  assertFails(
    edit('range.json', (range: object) => ({ ...range, end: 1e15 })),
    'leaves',
    /lines/,
  );
  assertFails(
    edit('consistency.json', (c: object) => ({ ...c, from: 4 })),
    'consistency',
    /not between/,
  );
  assertFails(
    edit('consistency.json', (c: { hashes: string[] }) => ({ ...c, hashes: c.hashes.slice(1) })),
    'consistency',
    /short|root/,
  );
  assertFails(
    edit('consistency.json', (c: { hashes: string[] }) => ({ ...c, hashes: [...c.hashes, ...c.hashes] })),
    'consistency',
    /long|root/,
  );
});

test('disclosure: wrong salt, value, content, field, place; twice; withheld and disclosed do not cover', () => {
  const change = (fields: object) =>
    editLines('disclosed.jsonl', ([first, ...rest]) => [
      Buffer.from(canonical({ ...JSON.parse(first as string), ...fields })).toString(),
      ...rest,
    ]);
  const zero = Buffer.alloc(32).toString('base64');
  assertFails(change({ salt: zero }), 'disclosure', /not what the entry committed to/);
  assertFails(change({ salt: zero, content: null }), 'disclosure', /not what the entry committed to/);
  assertFails(change({ value: zero, content: null }), 'disclosure', /not what the entry committed to/);
  assertFails(change({ content: 'AAAA' }), 'disclosure', /content of/);
  assertFails(change({ field: 'template' }), 'disclosure', /content of|not what/);
  assertFails(change({ field: 'other' }), 'disclosure', /no entry of the case/);
  assertFails(change({ index: 13 }), 'disclosure', /no entry of the case/);
  assertFails(change({ index: 11 }), 'disclosure', /not what|twice/);
  assertFails(change({ salt: 'AAAA' }), 'disclosure', /32 bytes/);
  assertFails(change({ more: 1 }), 'disclosure', /not known/);
  assertFails(
    editLines('disclosed.jsonl', (lines) => [...lines, lines[0] as string]),
    'disclosure',
    /twice/,
  );
  assertFails(
    editLines('disclosed.jsonl', (lines) => lines.slice(1)),
    'withheld',
    /neither disclosed/,
  );
  assertFails(
    edit('withheld.json', () => []),
    'withheld',
    /neither disclosed/,
  );
  type Item = { count: number; fields: string[]; indices: number[] };
  assertFails(
    edit('withheld.json', (w: Item[]) => w.map((item) => ({ ...item, count: 9 }))),
    'withheld',
    /counts 9/,
  );
  assertFails(
    edit('withheld.json', (w: Item[]) => [...w, w[0]]),
    'withheld',
    /twice/,
  );
  assertFails(
    edit('withheld.json', (w: Item[]) => [
      ...w,
      { ...w[0], count: 1, fields: ['request_sha256'], indices: [9] },
    ]),
    'withheld',
    /both/,
  );
  assertFails(
    edit('withheld.json', (w: Item[]) => [...w, { ...w[0], count: 1, fields: ['nothing'], indices: [9] }]),
    'withheld',
    /none of its fields/,
  );
  assertFails(
    edit('withheld.json', (w: Item[]) => w.map((item) => ({ ...item, reason: 'secret' }))),
    'withheld',
    /no reason/,
  );
});

test('decisions: who, why and how', () => {
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
  assertFails(drafts(proposed, confirm({ by: 'rhea' }), hold), 'decisions', /both proposed and confirmed/);
  assertFails(drafts(proposed, confirm({ reasons: ' ' }), hold), 'decisions', /no reasons/);
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
  for (const list of ['decisions', 'appeals', 'standings', 'findings', 'evidenceViewed', 'case'])
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
    edit('method.json', () => ({ detector: { digest: '00'.repeat(32) } })),
    'case-file',
    /another detector/,
  );
  assert.equal(
    judge(edit('case.json', (file: File) => ({ ...file, summary: { words: 'derived' } }))).verdict,
    'verified, unwitnessed',
  );
});
