import {
  base64,
  canonicalText,
  equalBytes,
  formatTlogProof,
  fromUtf8,
  type NoteVerifier,
  openNote,
  parseTlogProof,
  RECEIPT_FORMAT,
  RecordError,
  utf8,
  verifyReceipt,
} from '@portcullis/record';
import { createVerifier } from '@portcullis/record/signing';
import { damaged } from './check-ledger.ts';

/**
 * The file beside `checkpoint` by which whoever knows the first keys finds those of today: a receipt of each `ledger.keys_rotated` entry, one a line, whose
 * checkpoint is signed by the keys that end and by those that begin (docs/decisions/0008-key-rotation.md).
 */
export const HANDOVERS_FILE = 'handovers.jsonl';

/** One change of the ledger's keys. `line` is its receipt as canonical JSON. */
export type Handover = {
  readonly line: string;
  readonly retired: readonly string[];
  readonly vkeys: readonly string[];
  /** Of the `ledger.keys_rotated` entry, the last of a tree of `index` + 1 entries. */
  readonly index: number;
};

/** Keys that sign checkpoints of these sizes, both included. At a handover's size two terms meet, and all their keys sign. */
export type KeyTerm = {
  readonly verifiers: readonly NoteVerifier[];
  readonly from: number;
  readonly until: number;
};

/** Keys of a ledger that never changed them. */
export function onlyTerm(verifiers: readonly NoteVerifier[]): KeyTerm[] {
  return [{ verifiers, from: 0, until: Number.MAX_SAFE_INTEGER }];
}

/** The receipt of a handover. @param note the handover's checkpoint, with all four signatures */
export function makeHandover(
  leaf: Uint8Array,
  proof: { readonly index: number; readonly hashes: readonly Uint8Array[]; readonly note: string },
): Handover {
  const tlogProof = formatTlogProof({ index: proof.index, hashes: proof.hashes, checkpoint: proof.note });
  return readLine(canonicalText({ format: RECEIPT_FORMAT, leaf: base64(leaf), proof: tlogProof }));
}

export function formatHandovers(handovers: readonly Handover[]): Uint8Array {
  return utf8(handovers.map(({ line }) => `${line}\n`).join(''));
}

/**
 * Reads what the ledger handed over, each judged for itself and against the one before.
 * @throws ServerError `ledger-damaged`
 */
export function readHandovers(bytes: Uint8Array | undefined): Handover[] {
  if (bytes === undefined) return [];
  try {
    const handovers = fromUtf8(bytes).split('\n').slice(0, -1).map(readLine);
    if (!equalBytes(formatHandovers(handovers), bytes)) throw new Error('it is not whole lines');
    for (const [i, { retired, index }] of handovers.entries()) {
      const before = handovers[i - 1];
      if (before !== undefined && (before.index >= index || before.vkeys.join() !== retired.join()))
        throw new Error(`the handover at entry ${index} does not follow from the one before`);
    }
    return handovers;
  } catch (cause) {
    throw damaged(`The file ${HANDOVERS_FILE} can not be relied on: ${(cause as Error).message}`, cause);
  }
}

function readLine(line: string): Handover {
  const value = JSON.parse(line) as { proof: string };
  if (canonicalText(value) !== line) throw new RecordError('bad-canonical', 'A line is not canonical JSON.');
  const { entry } = verifyReceipt(value, createVerifiers(namedIn(value)));
  if (entry.type !== 'ledger.keys_rotated')
    throw new RecordError('bad-receipt', `It names a ${entry.type} entry.`);
  const { checkpoint, index } = parseTlogProof(value.proof);
  const named = createVerifiers([...entry.retired, ...entry.vkeys]);
  const { verified, text } = openNote(checkpoint, named);
  if (verified.length !== named.length || named.length !== 4)
    throw new RecordError('unsigned', `Not all keys have signed the handover at entry ${index}.`);
  if (text.split('\n')[1] !== String(index + 1))
    throw new RecordError('bad-proof', `Entry ${index} is not the last of its handover.`);
  return { line, retired: entry.retired, vkeys: entry.vkeys, index };
}

/** The keys that the leaf names, before anything is verified. */
function namedIn(value: unknown): string[] {
  const { leaf } = value as { leaf: string };
  const { retired, vkeys } = JSON.parse(Buffer.from(leaf, 'base64').toString()) as Record<string, string[]>;
  return [...(retired ?? []), ...(vkeys ?? [])];
}

function createVerifiers(vkeys: readonly string[]): NoteVerifier[] {
  return vkeys.map(createVerifier);
}

/**
 * Who signs which sizes. @param newest verifiers of the keys that sign now
 * @throws ServerError `ledger-damaged` where the last handover leads to other keys
 */
export function keyTerms(handovers: readonly Handover[], newest: readonly NoteVerifier[]): KeyTerm[] {
  const last = handovers.at(-1);
  if (last === undefined) return onlyTerm(newest);
  const leadsTo = createVerifiers(last.vkeys);
  if (!newest.every((key) => leadsTo.some((each) => each.name === key.name && equalBytes(each.id, key.id))))
    throw damaged(
      `${HANDOVERS_FILE} leads to other keys than those in the data directory: restore keys and ledger from one copy.`,
    );
  const from = (i: number): number => (i === 0 ? 0 : (handovers[i - 1] as Handover).index + 1);
  const retired = handovers.map(({ retired: vkeys, index }, i) => ({
    verifiers: createVerifiers(vkeys),
    from: from(i),
    until: index + 1,
  }));
  return [...retired, { verifiers: newest, from: last.index + 1, until: Number.MAX_SAFE_INTEGER }];
}

/** A `ledger.keys_rotated` entry; `leaf` is its bytes in base64. */
export type Rotation = { readonly index: number; readonly leaf: string };

/**
 * Every change of keys that the entries tell is handed over, and no other is.
 * @param pendingSize of a handover that is in the lock and not in the file yet
 * @throws ServerError `ledger-damaged`
 */
export function compareHandovers(
  handovers: readonly Handover[],
  rotations: readonly Rotation[],
  pendingSize: number | undefined,
): void {
  const expected = rotations.filter(({ index }) => index + 1 !== pendingSize);
  for (let i = 0; i < Math.max(expected.length, handovers.length); i++) {
    const index = expected[i]?.index;
    if (
      index === undefined ||
      handovers[i]?.index !== index ||
      leafOf(handovers[i] as Handover) !== expected[i]?.leaf
    )
      throw damaged(
        `${HANDOVERS_FILE} does not tell the changes of keys that the entries tell (the ${i + 1}. of ${expected.length}); restore it.`,
      );
  }
}

function leafOf({ line }: Handover): string {
  return (JSON.parse(line) as { leaf: string }).leaf;
}
