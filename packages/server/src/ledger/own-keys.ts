import { type NoteVerifier, openNote, parseCheckpoint, parseNote, RecordError } from '@portcullis/record';
import type { FileSystem } from '../seams/file-system.ts';
import { type Handover, type KeyTerm, keyTerms, onlyTerm, readHandovers } from './handovers.ts';
import {
  destroyNextKeys,
  type LedgerKeys,
  nextVerifiers,
  openLedgerKeys,
  openNextKeys,
  promoteNextKeys,
} from './keys.ts';

// Which keys a ledger has and had, also where a rotation was killed half-way (docs/decisions/0008-key-rotation.md).

export type OwnKeys = {
  /** Those that sign from here on. */
  readonly signing: LedgerKeys;
  readonly terms: readonly KeyTerm[];
  readonly handovers: readonly Handover[];
  /** The size of a handover that the lock holds and `handovers.jsonl` does not have yet. */
  readonly pendingSize: number | undefined;
};

export type OwnKeysOptions = {
  /** Such as `portcullis-data/keys`. */
  readonly dir: string;
  readonly fs: FileSystem;
  readonly origin: string;
  /** What the lock holds; undefined where nothing was ever signed. */
  readonly note: string | undefined;
  /** The bytes of `handovers.jsonl`. */
  readonly handovers: Uint8Array | undefined;
};

/** Reads and changes nothing. @throws ServerError `bad-config`, `ledger-damaged`; RecordError `bad-key` */
export function readOwnKeys(options: OwnKeysOptions): OwnKeys {
  const { note } = options;
  const handovers = readHandovers(options.handovers);
  const rotated = rotationInLock(options);
  if (note === undefined || rotated === undefined) {
    const signing = openLedgerKeys({ ...options, create: false });
    return { signing, terms: keyTerms(handovers, signing.verifiers), handovers, pendingSize: undefined };
  }
  const signing = openNextKeys(options);
  if (handovers.at(-1)?.vkeys.join() === signing.vkeys.join())
    return { signing, terms: keyTerms(handovers, signing.verifiers), handovers, pendingSize: undefined };
  const before = keyTerms(handovers, openLedgerKeys({ ...options, create: false }).verifiers);
  const terms = before.map((term, i) => (i < before.length - 1 ? term : { ...term, until: rotated }));
  terms.push({ verifiers: signing.verifiers, from: rotated, until: Number.MAX_SAFE_INTEGER });
  return { signing, terms, handovers, pendingSize: rotated };
}

/**
 * The same for the one writer: what a killed rotation left is finished or taken back first, and keys are made where nothing was ever signed.
 * A handover that is still to be written (`pendingSize`) is the caller's to write, and then {@link promoteNextKeys}.
 */
export function settleOwnKeys(options: OwnKeysOptions): OwnKeys {
  if (options.note === undefined) {
    const signing = openLedgerKeys({ ...options, create: true });
    return { signing, terms: onlyTerm(signing.verifiers), handovers: [], pendingSize: undefined };
  }
  const tookOver = rotationInLock(options) !== undefined;
  if (!tookOver && isSignedByCurrentAlone(options, options.note)) destroyNextKeys(options);
  const own = readOwnKeys(options);
  // Where neither pair signed what the lock holds, the lock is damaged: nothing is destroyed, and whoever opens its checkpoint refuses it.
  if (tookOver && own.pendingSize === undefined) promoteNextKeys(options);
  return own;
}

/** The size of the lock's checkpoint where next keys are there and have signed it; undefined where the rotation did not come to be. */
function rotationInLock(options: OwnKeysOptions): number | undefined {
  const next = nextVerifiers(options);
  if (next.length === 0 || options.note === undefined || !haveSigned(options.note, next)) return undefined;
  return parseCheckpoint(openNote(options.note, next).text).size;
}

/** Only then did no next key take over, whatever is there of them. */
function isSignedByCurrentAlone(options: OwnKeysOptions, note: string): boolean {
  const { verifiers } = openLedgerKeys({ ...options, create: false });
  return haveSigned(note, verifiers) && parseNote(note).signatures.length === verifiers.length;
}

function haveSigned(note: string, verifiers: readonly NoteVerifier[]): boolean {
  try {
    return openNote(note, verifiers).verified.length === verifiers.length;
  } catch (error) {
    if (!(error instanceof RecordError)) throw error;
    return false;
  }
}
