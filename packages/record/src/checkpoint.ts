import { base64, concat, fromBase64, u64be, utf8 } from './bytes.ts';
import { HASH_BYTES } from './merkle.ts';
import { RecordError } from './record-error.ts';

/** A statement of a log's size and root: c2sp.org/tlog-checkpoint. */
export type Checkpoint = { readonly origin: string; readonly size: number; readonly root: Uint8Array };

/** `origin\nsize\nbase64(root)\n`; no extension lines. */
export function formatCheckpoint(checkpoint: Checkpoint): string {
  return `${checkpoint.origin}\n${checkpoint.size}\n${base64(checkpoint.root)}\n`;
}

/** Reads a checkpoint's text. Extension lines are refused: Portcullis writes none. @throws RecordError `bad-checkpoint` */
export function parseCheckpoint(text: string): Checkpoint {
  const match = /^([^\n]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n$/.exec(text);
  if (match === null)
    throw new RecordError('bad-checkpoint', 'A checkpoint is three lines: origin, size, root.');
  const size = Number(match[2]);
  if (!Number.isSafeInteger(size)) throw new RecordError('bad-checkpoint', 'The size is beyond 2^53.');
  const root = fromBase64(match[3] as string);
  if (root.length !== HASH_BYTES) throw new RecordError('bad-checkpoint', 'The root is not 32 bytes.');
  return { origin: match[1] as string, size, root };
}

/**
 * What an ML-DSA-44 cosignature of a checkpoint signs (c2sp.org/tlog-cosignature):
 * `"subtree/v1\n\0" ‖ u8len name ‖ u64 time ‖ u8len origin ‖ u64 start ‖ u64 end ‖ hash32`, with start 0 and end the size.
 * @param timeSeconds POSIX time
 */
export function subtreeMessage(
  name: string,
  timeSeconds: number | bigint,
  checkpoint: Checkpoint,
): Uint8Array {
  return concat(
    utf8('subtree/v1\n\0'),
    lengthPrefixed(name),
    u64be(timeSeconds),
    lengthPrefixed(checkpoint.origin),
    u64be(0),
    u64be(checkpoint.size),
    checkpoint.root,
  );
}

/** What an Ed25519 cosignature (0x04) signs: `cosignature/v1\ntime N\n` and the note's text. */
export function cosignatureMessage(timeSeconds: number | bigint, text: Uint8Array): Uint8Array {
  return concat(utf8(`cosignature/v1\ntime ${timeSeconds}\n`), text);
}

function lengthPrefixed(text: string): Uint8Array {
  const bytes = utf8(text);
  if (bytes.length === 0 || bytes.length > 255)
    throw new RecordError('bad-checkpoint', 'A name is 1 to 255 bytes long.');
  return concat(Uint8Array.of(bytes.length), bytes);
}
