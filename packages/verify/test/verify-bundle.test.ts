import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatVerifierKey } from '@portcullis/record';
import { verifyBundle } from '../src/verify-bundle.ts';
import {
  ED_KEY,
  ED_VKEY,
  fixedKey,
  LOG_SIGNERS,
  ML_KEY,
  ML_VKEY,
  W1,
  W2,
  WITNESSED_TRUST,
  writeBundle,
} from './bundle-writer.ts';
import { assertFails, edit, judge, manifest, trust } from './judge-bundle.ts';
import { trustOf } from './trusts.ts';

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
      'statements',
      'points',
      'period',
      'keys',
      'witnesses',
      'point 3',
      'point 6',
      'point 8',
      'point 9',
      'point 13',
      'point 14',
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
});

test('manifest: what else it must not say', () => {
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
    manifest((m) => Object.assign(m.entries as object, { total: 23 })),
    'leaves',
    /manifest states 23/,
  );
  assertFails(
    manifest((m) => Object.assign(m.entries as object, { case: 23 })),
    'inclusion',
    /manifest states 23/,
  );
  const stated = { bytes: 1, sha256: '00'.repeat(32) };
  assertFails(
    manifest((m) => Object.assign(m.files as object, { 'manifest.dsse.json': stated })),
    'files',
    /missing/,
  );
});
