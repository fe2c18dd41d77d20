import { test } from 'node:test';
import { formatCheckpoint, formatVerifierKey, signNote } from '@portcullis/record';
import { createEd25519Signer } from '@portcullis/record/signing';
import { canonical, type Changes, fixedKey, LOG_SIGNERS, TRUST, writeBundle } from './bundle-writer.ts';
import { assertFails, edit, editLines } from './judge-bundle.ts';
import { ORIGIN, soundDrafts } from './scenario.ts';
import { trustOf } from './trusts.ts';

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

test('checkpoints that can not belong together', () => {
  const put = (path: string, note: string): Pick<Changes, 'editFiles'> => ({
    editFiles: (files) => void files.set(path, new TextEncoder().encode(note)),
  });
  const other = 'other.example/log';
  const otherKey = fixedKey('ed25519', 0x67);
  const root = new Uint8Array(32);
  const ofOther = signNote(formatCheckpoint({ origin: other, size: 27, root }), [
    createEd25519Signer(other, otherKey),
  ]);
  const twoLogs = trustOf(`${TRUST}log ${formatVerifierKey(other, 1, otherKey.publicKey)}\n`);
  assertFails(put('checkpoints/last', ofOther), 'checkpoints', /is of another log/, twoLogs);
  const larger = signNote(formatCheckpoint({ origin: ORIGIN, size: 99, root }), LOG_SIGNERS);
  assertFails(
    { ...put('checkpoints/first', larger), complete: false },
    'checkpoints',
    /first checkpoint is larger/,
  );
  const empty = signNote(formatCheckpoint({ origin: ORIGIN, size: 0, root }), LOG_SIGNERS);
  assertFails({ ...put('checkpoints/first', empty), start: 0 }, 'consistency', /empty tree is wrong/);
  const needless = edit('consistency.json', (c: object) => ({
    ...c,
    hashes: [Buffer.from(root).toString('base64')],
  }));
  assertFails({ ...needless, start: 0 }, 'consistency', /none are needed/);
});

test('a ledger opened under another name, and more leaves than are listed', () => {
  const renamed = soundDrafts().map((draft, i) =>
    i === 0 ? { ...draft, body: { ...draft.body, origin: 'other.example' } } : draft,
  );
  assertFails({ drafts: renamed, start: 0 }, 'keys', /another name/);
  const more = editLines('leaves.jsonl', (lines) => [...lines, lines[0] as string]);
  assertFails({ ...more, complete: false }, 'leaves', /more lines than range.json lists/);
});
