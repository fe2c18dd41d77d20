import {
  type Checkpoint,
  emptyRoot,
  equalBytes,
  type NoteVerifier,
  openNote,
  parseCheckpoint,
  RecordError,
  verifyConsistency,
} from '@portcullis/record';
import type { AddCheckpoint } from './add-checkpoint.ts';

// The rules of c2sp.org/tlog-witness, without storage, clock or network.

/** The largest tree of a log that this witness has cosigned; `note` is as the log signed it. */
export type KnownTree = {
  readonly size: number;
  readonly root: Uint8Array;
  readonly note: string;
  /** POSIX seconds of the last cosignature. */
  readonly timeSeconds: number;
};

/** The keys of each log by its origin. */
export type KnownLogs = ReadonlyMap<string, readonly NoteVerifier[]>;

/** What a refusal is, and the HTTP status that the specification gives it. */
export const REFUSAL_STATUS = {
  malformed: 400,
  'old-size-above-checkpoint': 400,
  'not-signed': 403,
  'unknown-log': 404,
  'other-size-known': 409,
  'split-view': 409,
  'proof-wrong': 422,
} as const;

export type Refusal = {
  readonly accepted: false;
  readonly reason: keyof typeof REFUSAL_STATUS;
  /** A sentence for whoever asked. */
  readonly message: string;
  /** With `other-size-known`: the size to start the proof at. */
  readonly knownSize?: number;
  /** With `split-view`: the log's origin. The request's note and the known one, both signed, prove it. */
  readonly origin?: string;
};

export type Accepted = {
  readonly accepted: true;
  readonly checkpoint: Checkpoint;
  /** The checkpoint's text, which is what a cosignature signs. */
  readonly text: string;
};

/** The origin that a request names, before anything of it is verified. */
export function originOf(request: AddCheckpoint): string {
  return request.note.split('\n', 1)[0] as string;
}

/**
 * Judges a request against what is known of its log. Pure; never throws.
 * @param known what the witness last cosigned for {@link originOf} the request; undefined where it never did, or where the log is unknown
 */
export function judgeCheckpoint(
  request: AddCheckpoint,
  logs: KnownLogs,
  known: KnownTree | undefined,
): Accepted | Refusal {
  const verifiers = logs.get(originOf(request));
  if (verifiers === undefined) return refuse('unknown-log', 'This witness does not follow that log.');
  const signed = openCheckpoint(request.note, verifiers);
  if ('accepted' in signed) return signed;
  return judgeGrowth(request, signed.checkpoint, known) ?? { accepted: true, ...signed };
}

type Signed = Pick<Accepted, 'checkpoint' | 'text'>;

function openCheckpoint(note: string, verifiers: readonly NoteVerifier[]): Signed | Refusal {
  try {
    const { text } = openNote(note, verifiers);
    return { checkpoint: parseCheckpoint(text), text };
  } catch (error) {
    if (!(error instanceof RecordError)) throw error;
    if (error.code === 'bad-note' || error.code === 'bad-checkpoint')
      return refuse('malformed', `The checkpoint can not be read. ${error.message}`);
    return refuse('not-signed', 'No key that this witness knows of the log has signed the checkpoint.');
  }
}

function judgeGrowth(
  { oldSize, proof }: AddCheckpoint,
  checkpoint: Checkpoint,
  known: KnownTree | undefined,
): Refusal | undefined {
  const { size, root, origin } = checkpoint;
  const knownSize = known?.size ?? 0;
  if (oldSize > size)
    return refuse('old-size-above-checkpoint', 'The old size is above the checkpoint’s size.');
  if (oldSize !== knownSize)
    return {
      ...refuse('other-size-known', 'The old size is not the one that was cosigned last.'),
      knownSize,
    };
  if (known !== undefined && size === known.size && !equalBytes(root, known.root))
    return {
      ...refuse('split-view', 'Another root of this size was cosigned before: a split view.'),
      origin,
    };
  if (size === 0 && !equalBytes(root, emptyRoot()))
    return refuse('proof-wrong', 'The root of an empty tree is the hash of nothing.');
  if (oldSize === 0)
    return proof.length === 0 ? undefined : refuse('proof-wrong', 'A proof from an empty tree is empty.');
  return provesGrowth(known as KnownTree, checkpoint, proof)
    ? undefined
    : refuse('proof-wrong', 'The consistency proof does not verify.');
}

function provesGrowth(known: KnownTree, next: Checkpoint, proof: readonly Uint8Array[]): boolean {
  try {
    verifyConsistency(known.size, next.size, proof, known.root, next.root);
    return true;
  } catch (error) {
    if (error instanceof RecordError) return false;
    throw error;
  }
}

function refuse(reason: Refusal['reason'], message: string): Refusal {
  return { accepted: false, reason, message };
}
