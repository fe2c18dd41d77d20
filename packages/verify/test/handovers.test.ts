import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { utf8 } from '@portcullis/record';
import { verifyReceipt } from '../src/verify-receipt.ts';
import { ED_VKEY, ML_VKEY } from './bundle-writer.ts';
import { assertFails, edit, judge } from './judge-bundle.ts';
import { type Draft, SOUND_DECISIONS, soundDrafts } from './scenario.ts';
import { trustOf } from './trusts.ts';

const VECTORS = join(import.meta.dirname, '../../../vectors/record/v1');
const golden = (name: string): Uint8Array => readFileSync(join(VECTORS, name));
const trust = trustOf(golden('trust.policy').toString());
const judgeGolden = (handovers: Uint8Array) =>
  verifyReceipt(golden('receipt.json'), trust, undefined, handovers).checks.map(
    ({ name, result, sentence }) => `${result} ${name}: ${sentence}`,
  );

test('the golden handover is followed, and ends the pair that it names', () => {
  const said = judgeGolden(golden('handovers.jsonl')).join('\n');
  assert.match(said, /^pass handovers: The keys of ledger\.example\/golden were changed once/m);
  assert.match(
    said,
    /^FAIL checkpoint: .*of 5 entries, is signed by the keys .* sign from 0 entries to 2\.$/m,
  );
});

test('a handover that is changed anywhere, cut, doubled or made of something else is none', () => {
  const sound = golden('handovers.jsonl');
  const text = Buffer.from(sound).toString();
  for (let at = 0; at < sound.length; at += 41) {
    const changed = Uint8Array.from(sound);
    changed[at] = (changed[at] as number) ^ 1;
    assert.match(judgeGolden(changed)[0] ?? '', /^FAIL handovers/, `byte ${at}`);
  }
  for (const [changed, why] of [
    [text.slice(0, -1), /does not end in a newline/],
    [text + text, /does not follow from the one before/],
    [`${text}\n`, /empty line/],
    [`${JSON.stringify(JSON.parse(golden('receipt.json').toString()))}\n`, /./],
    ['{}\n', /not a receipt/],
  ] as const)
    assert.match(judgeGolden(utf8(changed))[0] ?? '', new RegExp(`^FAIL handovers: .*${why.source}`));
});

/** The keys that sign the bundle are ended by an entry in it. */
const ended: Draft = {
  type: 'ledger.keys_rotated',
  body: {
    retired: [ED_VKEY, ML_VKEY],
    vkeys: ['next.example/a+00000000+AQEB', 'next.example/a+00000001+BgEB'],
    by: 'adam',
    reason: 'The year is over.',
  },
};
const after: Draft = { type: 'fault', body: { kind: 'restart', detail: 'Started again.' } };

test('a bundle is refused that is signed by keys which an entry in it has ended', () => {
  const replayed = { drafts: [...soundDrafts(SOUND_DECISIONS), ended, after] };
  assertFails(replayed, 'keys', /which entry \d+ ended: an old key is used again/);
  const last = { drafts: [...soundDrafts(SOUND_DECISIONS), ended] };
  assert.equal(judge(last).verdict, 'verified, unwitnessed', 'up to that entry it may sign');
});

test('health.json names each change of keys', () => {
  const drafts = soundDrafts([...SOUND_DECISIONS, ended]);
  const without = edit('health.json', (value: Record<string, unknown>) => ({ ...value, keyChanges: [] }));
  assertFails(
    { drafts, ...without },
    'case-file',
    /health\.json leaves out entry \d+ \(ledger\.keys_rotated\)/,
  );
});
