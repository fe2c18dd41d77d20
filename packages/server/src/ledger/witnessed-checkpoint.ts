import { fromUtf8, type NoteVerifier, openNote, parseNote, signatureLine } from '@portcullis/record';
import type { KeyTerm } from './handovers.ts';
import { damaged, openOwnCheckpoint, type SignedCheckpoint } from './check-ledger.ts';

/**
 * The file beside `checkpoint` with the newest checkpoint that a quorum of the configured witnesses cosigned: the ledger's own lines
 * first, then theirs. It lags behind `checkpoint`, which never waits for a witness (docs/decisions/0004-witness.md).
 */
export const WITNESSED_FILE = 'checkpoint.witnessed';

/**
 * Opens a cosigned checkpoint of this ledger: both own keys must have signed it. Lines of witnesses are passed over, save those of
 * `witnesses`, which must verify.
 * @returns it with its own lines alone
 * @throws ServerError `ledger-damaged`
 */
export function openWitnessed(
  bytes: Uint8Array,
  own: readonly KeyTerm[],
  origin: string,
  witnesses: readonly NoteVerifier[] = [],
): SignedCheckpoint {
  const what = 'the witnessed checkpoint';
  try {
    const note = fromUtf8(bytes);
    const { text, signatures } = parseNote(note);
    openNote(note, [...own.flatMap((term) => term.verifiers), ...witnesses]);
    const lines = signatures.filter(({ name }) => name === origin);
    const ownNote = `${text}\n${lines.map((line) => signatureLine(line, line.signature)).join('')}`;
    return openOwnCheckpoint(ownNote, own, origin, what);
  } catch (cause) {
    throw damaged(
      `The file ${WITNESSED_FILE} can not be relied on: ${(cause as Error).message} Where fsck finds nothing else without it, leave it out: witnesses cosign anew.`,
      cause,
    );
  }
}

/** @throws ServerError `ledger-damaged` where witnesses saw a larger ledger than there is: going on would make a second history */
export function compareWitnessed(lock: SignedCheckpoint | undefined, witnessed: SignedCheckpoint): void {
  const size = lock?.size ?? 0;
  if (witnessed.size > size)
    throw damaged(
      `Witnesses cosigned ${witnessed.size} entries and the lock has ${size}: the ledger is an older copy; restore the newest one.`,
    );
}
