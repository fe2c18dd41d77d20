import { fromBase64 } from './bytes.ts';
import type { Checkpoint } from './checkpoint.ts';
import { commit } from './commitment.ts';
import { decodeEntry, type Entry } from './entries/entry.ts';
import { object, optional, record, text } from './entries/shape.ts';
import { hash32 } from './entries/terms.ts';
import { leafHash } from './merkle.ts';
import type { NoteVerifier } from './note.ts';
import { RecordError } from './record-error.ts';
import { verifyTlogProof } from './tlog-proof.ts';

/**
 * What a caller gets to prove that their exchange was recorded: the leaf, a tlog-proof, and the salts of their own fields.
 * With the body they sent and the salt they can recompute each commitment.
 */
export type Receipt = {
  readonly format: typeof RECEIPT_FORMAT;
  /** Canonical entry bytes, base64. */
  readonly leaf: string;
  /** c2sp.org/tlog-proof@v1 text. */
  readonly proof: string;
  /** Salt by field name, base64; missing where the content was erased. */
  readonly salts?: Readonly<Record<string, string>>;
};

export const RECEIPT_FORMAT = 'portcullis/receipt/v1';
const PROOF_CHARS_MAX = 65_536;

const shape = object({
  format: text(32, /^portcullis\/receipt\/v1$/),
  leaf: text(11_000),
  proof: text(PROOF_CHARS_MAX),
  salts: optional(record(/^[a-z][a-z0-9_]{0,31}$/, hash32, 8)),
});

/**
 * Judges a receipt against trusted keys.
 * @throws RecordError `bad-receipt` and whatever {@link verifyTlogProof} and {@link decodeEntry} throw
 */
export function verifyReceipt(
  value: unknown,
  verifiers: readonly NoteVerifier[],
): { entry: Entry; index: number; checkpoint: Checkpoint; receipt: Receipt } {
  const receipt = checkReceipt(value);
  const leaf = fromBase64(receipt.leaf);
  const { index, checkpoint } = verifyTlogProof(receipt.proof, leafHash(leaf), verifiers);
  return { entry: decodeEntry(leaf), index, checkpoint, receipt };
}

/** Whether `value` is what the entry committed to in `field`, by the receipt's salt. @throws RecordError `bad-receipt` where it has no salt for the field */
export function opensCommitment(entry: Entry, receipt: Receipt, field: string, value: Uint8Array): boolean {
  const committed = 'commitments' in entry ? entry.commitments[field] : undefined;
  const salt = receipt.salts?.[field];
  if (committed === undefined || salt === undefined) {
    throw new RecordError(
      'bad-receipt',
      `The receipt can not open the field ${field}: it was erased or never committed to.`,
    );
  }
  const made = commit(`${entry.type}/${field}`, fromBase64(salt), value);
  const given = fromBase64(committed);
  return made.every((byte, i) => byte === given[i]);
}

function checkReceipt(value: unknown): Receipt {
  try {
    shape.spell(value, '', 'receipt');
    return value as Receipt;
  } catch (error) {
    throw new RecordError('bad-receipt', (error as Error).message);
  }
}
