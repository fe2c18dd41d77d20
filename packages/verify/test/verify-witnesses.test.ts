import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromUtf8, type NoteSigner, utf8 } from '@portcullis/record';
import { createEd25519Cosigner, createMlDsa44Signer } from '@portcullis/record/signing';
import { type Judgement, verifyBundle, verifyLedger } from '../src/index.ts';
import { fixedKey, TRUST, W1, W2, WITNESSED_TRUST, writeBundle } from './bundle-writer.ts';
import { writeLedger } from './ledger-writer.ts';
import { trustOf } from './trusts.ts';

const seconds = () => 1_767_323_045;
const cosigner = (name: string, fill: number) =>
  createEd25519Cosigner(name, fixedKey('ed25519', fill), seconds);
const A = cosigner('witness.example/a', 0x51);
const B = cosigner('witness.example/b', 0x52);
const C = cosigner('witness.example/c', 0x53);
const UNKNOWN = cosigner('witness.example/unknown', 0x54);
const LOGS = TRUST.replace('quorum none\n', '');
const TWO_OF_THREE = `${LOGS}witness a ${A.vkey}\nwitness b ${B.vkey}\nwitness c ${C.vkey}\ngroup g 2 a b c\nquorum g\n`;

const judge = (witnesses: readonly NoteSigner[], trust = TWO_OF_THREE): Judgement =>
  verifyBundle(writeBundle({ witnesses }), trustOf(trust));
const said = (judgement: Judgement): string =>
  judgement.checks.find(({ name }) => name === 'witnesses')?.sentence ?? '';

test('two of three: it says who, of how many, and when', () => {
  const judgement = judge([A, C]);
  assert.equal(judgement.verdict, 'verified');
  assert.match(said(judgement), /2 of 3 trusted witnesses \(“witness.example\/a”, “witness.example\/c”\)/);
  assert.match(said(judgement), /of 2026-01-02T03:04:05\.000Z/);
  assert.match(judgement.sentence, /^Verified: .*: 2 of 3 trusted witnesses/);
});

test('too few, the same one twice, and strangers are no quorum', () => {
  for (const signers of [[A], [A, A], [A, A, A], [A, UNKNOWN], [UNKNOWN], []]) {
    const judgement = judge(signers);
    assert.equal(judgement.verdict, 'verified, unwitnessed', signers.map(({ name }) => name).join());
    assert.match(said(judgement), new RegExp(`No quorum: ${signers.includes(A) ? 1 : 0} of 3`));
  }
});

test('a forged cosignature counts for nothing and is named', () => {
  const forger = cosigner(B.name, 0x55);
  const forged = { ...B, sign: forger.sign };
  for (const signers of [
    [A, forged],
    [A, C, forged],
  ]) {
    const judgement = judge(signers);
    assert.equal(judgement.verdict, 'failed');
    assert.match(
      judgement.checks.find(({ name }) => name === 'checkpoints')?.sentence ?? '',
      /signature of “witness.example\/b”.*does not verify/,
    );
  }
  // Under its own key the forger is a stranger.
  assert.equal(judge([A, forger]).verdict, 'verified, unwitnessed');
  // A true cosignature of another tree under this one.
  const lineOf = (files: Map<string, Uint8Array>): string =>
    /^— witness.example\/b .*\n/m.exec(fromUtf8(files.get('checkpoint.witnessed')!))?.[0] ?? '';
  const ledger = writeLedger(3, { witnessed: { size: 3, by: [A] } });
  const trust = trustOf(TWO_OF_THREE);
  for (const [size, verdict] of [
    [3, 'verified'],
    [2, 'failed'],
  ] as const) {
    const moved = lineOf(writeLedger(3, { witnessed: { size, by: [B] } }));
    const note = utf8(`${fromUtf8(ledger.get('checkpoint.witnessed')!)}${moved}`);
    const files = new Map(ledger).set('checkpoint.witnessed', note);
    assert.equal(verifyLedger((path) => files.get(path), trust).verdict, verdict, `of ${size} entries`);
  }
});

test('a witness with two keys counts once', () => {
  const ed25519 = cosigner('witness.example/both', 0x56);
  const mlDsa44 = createMlDsa44Signer('witness.example/both', fixedKey('ml-dsa-44', 0x57), seconds);
  const trust = `${LOGS}witness both/1 ${ed25519.vkey}\nwitness both/2 ${mlDsa44.vkey}\nwitness a ${A.vkey}\ngroup both all both/1 both/2\ngroup g all both a\nquorum g\n`;
  assert.match(said(judge([ed25519, mlDsa44, A], trust)), /^A quorum cosigned: 2 of 2/);
  assert.match(said(judge([ed25519, mlDsa44], trust)), /^No quorum: 1 of 2/);
  assert.equal(judge([ed25519, A], trust).verdict, 'verified, unwitnessed', 'half a witness');
});

test('a trust file without a quorum tells who cosigned all the same', () => {
  const judgement = judge([A], `${LOGS}witness a ${A.vkey}\nquorum none\n`);
  assert.equal(judgement.verdict, 'verified, unwitnessed');
  assert.match(said(judgement), /1 of 1 trusted witnesses .* no quorum/);
});

test('a ledger is witnessed as far as its cosigned checkpoint reaches', () => {
  const trust = trustOf(WITNESSED_TRUST);
  const by = [W1, W2];
  const judged = (files: Map<string, Uint8Array>) => verifyLedger((path) => files.get(path), trust);
  const whole = judged(writeLedger(600, { witnessed: { size: 600, by } }));
  assert.equal(whole.verdict, 'verified', JSON.stringify(whole.checks));
  const behind = judged(writeLedger(600, { witnessed: { size: 588, by } }));
  assert.equal(behind.verdict, 'verified, unwitnessed');
  assert.match(said(behind), /first 588 entries: A quorum cosigned: 2 of 2.* The 12 after them/);
  assert.equal(
    judged(writeLedger(600, { witnessed: { size: 600, by: [W1] } })).verdict,
    'verified, unwitnessed',
  );
  assert.equal(judged(writeLedger(600)).verdict, 'verified, unwitnessed');

  const larger = writeLedger(601, { witnessed: { size: 601, by } }).get('checkpoint.witnessed')!;
  const cut = judged(new Map([...writeLedger(600), ['checkpoint.witnessed', larger]]));
  assert.match(cut.sentence, /^Failed \(checkpoint\)/);
  assert.match(cut.checks[0]?.sentence ?? '', /601 entries were cosigned and the checkpoint has 600/);
  for (const size of [600, 590]) {
    const witnessed = { size, by };
    const other = writeLedger(600, { witnessed, forkAt: 10 }).get('checkpoint.witnessed')!;
    const split = judged(new Map([...writeLedger(600), ['checkpoint.witnessed', other]]));
    assert.match(split.sentence, /^Failed \(root\)/, `at ${size}`);
  }
  const unsigned = fromUtf8(larger).replace(/— ledger.*\n/, '');
  assert.notEqual(unsigned, fromUtf8(larger));
  assert.equal(
    judged(new Map([...writeLedger(601), ['checkpoint.witnessed', utf8(unsigned)]])).verdict,
    'failed',
    'cosigned and not signed',
  );
});
