import { base64, fromBase64 } from './bytes.ts';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { HASH_BYTES, verifyInclusion } from './merkle.ts';
import { type NoteVerifier, openNote } from './note.ts';
import { RecordError } from './record-error.ts';

// c2sp.org/tlog-proof@v1: an inclusion proof with the checkpoint it leads to, as text.

const HEADER = 'c2sp.org/tlog-proof@v1';
const HASHES_MAX = 64;

/** `checkpoint` is the signed note, verbatim. */
export type TlogProof = {
  readonly index: number;
  readonly hashes: readonly Uint8Array[];
  readonly checkpoint: string;
};

export function formatTlogProof(proof: TlogProof): string {
  const hashes = proof.hashes.map((hash) => `${base64(hash)}\n`).join('');
  return `${HEADER}\nindex ${proof.index}\n${hashes}\n${proof.checkpoint}`;
}

/** Reads a proof; an `extra` line is passed over, as it proves nothing. @throws RecordError `bad-proof` */
export function parseTlogProof(text: string): TlogProof {
  const end = text.indexOf('\n\n');
  if (end < 0) throw new RecordError('bad-proof', 'The proof has no blank line before its checkpoint.');
  const [header, ...lines] = text.slice(0, end).split('\n');
  if (header !== HEADER) throw new RecordError('bad-proof', `A proof starts with ${HEADER}.`);
  if (lines[0]?.startsWith('extra ')) lines.shift();
  const match = /^index (0|[1-9][0-9]{0,15})$/.exec(lines.shift() ?? '');
  if (match === null) throw new RecordError('bad-proof', 'The proof has no index line.');
  if (lines.length > HASHES_MAX)
    throw new RecordError('bad-proof', `A proof has at most ${HASHES_MAX} hashes.`);
  return { index: Number(match[1]), hashes: lines.map(parseHash), checkpoint: text.slice(end + 2) };
}

function parseHash(line: string): Uint8Array {
  const hash = fromBase64(line);
  if (hash.length !== HASH_BYTES) throw new RecordError('bad-proof', 'A line of the proof is not a hash.');
  return hash;
}

/**
 * Checks a proof for a leaf: the checkpoint is signed by a trusted key, and the leaf is in it at the proof's index.
 * @throws RecordError `bad-proof`, `bad-note`, `bad-signature`, `unsigned`, `bad-checkpoint`
 */
export function verifyTlogProof(
  text: string,
  leaf: Uint8Array,
  verifiers: readonly NoteVerifier[],
): { index: number; checkpoint: Checkpoint; verified: NoteVerifier[] } {
  const proof = parseTlogProof(text);
  const opened = openNote(proof.checkpoint, verifiers);
  const checkpoint = parseCheckpoint(opened.text);
  verifyInclusion(proof.index, checkpoint.size, leaf, proof.hashes, checkpoint.root);
  return { index: proof.index, checkpoint, verified: opened.verified };
}
