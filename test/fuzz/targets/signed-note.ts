import assert from 'node:assert/strict';
import { openNote, parseCheckpoint, RecordError } from '@portcullis/record';
import { openCheckpoint } from '../../../packages/verify/src/signed-note.ts';
import { refuse, VerifyError } from '../../../packages/verify/src/verify-error.ts';
import { signBytes, TRUST, underOurName, VERIFIERS } from '../oracles/fixed-log.ts';
import { outcomeOf, sameVerdict } from '../oracles/outcome.ts';
import { choosing, texts, vectors } from '../oracles/seeds.ts';
import type { FuzzTarget } from '../target.ts';

const KEYS = [...TRUST.logs, ...TRUST.witnesses];
/** Between what is signed and lines that stand before our signatures, in inputs that are signed. */
const CUT = 0x02;

/** The first byte chooses: as it is, signed by the log, or signed by log and witness. */
function noteOf(input: Buffer): Buffer {
  const choice = (input[0] ?? 0) % 4;
  const bytes = input.subarray(1);
  if (choice === 0) return bytes;
  const at = bytes.indexOf(CUT);
  const text = at < 0 ? bytes : bytes.subarray(0, at);
  const signed = Buffer.from(signBytes(text, choice === 2));
  if (at < 0) return signed;
  return Buffer.concat([
    signed.subarray(0, text.length + 1),
    bytes.subarray(at + 1),
    signed.subarray(text.length + 1),
  ]);
}

function fuzz(input: Buffer): void {
  const note = noteOf(input);
  const ours = outcomeOf(RecordError, () => {
    const { text, verified } = openNote(note, VERIFIERS);
    return { checkpoint: parseCheckpoint(text), signers: verified.map(({ name }) => name) };
  });
  const theirs = outcomeOf(VerifyError, () => {
    const opened = openCheckpoint(note, KEYS, 'The note');
    return opened.signers.length === 0 ? refuse('No known key signed.') : opened;
  });
  const both = sameVerdict(ours, theirs, 'record and verify');
  if (both === undefined) return;
  const [{ checkpoint, signers }, opened] = both;
  assert.deepEqual([opened.origin, opened.size], [checkpoint.origin, checkpoint.size]);
  assert.deepEqual(Buffer.from(opened.root), Buffer.from(checkpoint.root));
  assert.deepEqual(
    opened.signers.map(({ name }) => name),
    signers,
  );
}

export const target: FuzzTarget = {
  name: 'signed-note',
  holds:
    'The library that writes and the verifier accept the same signed checkpoints, and read the same in them.',
  seeds: () => {
    const notes = [
      ...vectors('record/v1/checkpoint.txt', 'bundles/v1/bundle/checkpoints/*', 'c2sp/mldsa-checkpoint.txt'),
      ...texts(
        'log.example/fuzz\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— a AAAAAAA=\n— b+c AAAAAAA=\n',
      ),
    ];
    const bare = notes.map(underOurName);
    const lines = Buffer.from('\u0002— other.example/key AAAAAAAA\n');
    return [
      ...choosing(0, notes),
      ...choosing(
        0,
        bare.map((text) => Buffer.from(signBytes(text, true))),
      ),
      ...choosing(1, bare),
      ...choosing(
        2,
        bare.map((text) => Buffer.concat([text, lines])),
      ),
    ];
  },
  words: [
    '— ',
    '\n\n',
    '\n— a AAAAAAAA',
    'log.example/fuzz',
    '\u0002',
    '+',
    '\u00a0',
    '\ufeff',
    '9007199254740991',
  ],
  fuzz,
};
