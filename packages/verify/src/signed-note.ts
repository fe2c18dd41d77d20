import { NOTE_BYTES_MAX, SIGNATURES_MAX } from './limits.ts';
import { base64Of, eightBytes, hashOf, textOf } from './octets.ts';
import type { PublicKey } from './public-key.ts';
import { quote, refuse } from './verify-error.ts';

// Signed notes, checkpoints and cosignatures: c2sp.org/signed-note, tlog-checkpoint, tlog-cosignature. Everything in a note is
// the writer's word until a key that is trusted has signed it.

/** A checkpoint whose signatures by known keys all verified. */
export type Checkpoint = {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  readonly signers: readonly PublicKey[];
  /** When the log signed, unix seconds; undefined where no signature of it with a time is by a known key. */
  readonly timeSeconds: number | undefined;
  /** Names on signature lines, of known keys and of unknown ones. */
  readonly names: ReadonlySet<string>;
  /** POSIX seconds that each cosigner states; 0 where it makes no statement about time. */
  readonly cosignedAt: ReadonlyMap<PublicKey, number>;
  /** The signed note as it came. */
  readonly note: string;
};

const SIZE = /^(?:0|[1-9][0-9]{0,15})$/;

/** Opens a signed checkpoint. Unknown keys are passed over; a bad signature by a known key is refused. */
export function openCheckpoint(bytes: Uint8Array, keys: readonly PublicKey[], what: string): Checkpoint {
  if (bytes.length > NOTE_BYTES_MAX) refuse(`${what} is larger than ${NOTE_BYTES_MAX} bytes.`);
  const note = textOf(bytes, what);
  const { text, lines } = splitNote(note, what);
  const [origin, sizeText, rootText, end, more] = text.split('\n');
  if (!origin || rootText === undefined || end !== '' || more !== undefined)
    refuse(`${what} is not three lines: origin, size, root.`);
  if (!SIZE.test(sizeText as string) || !Number.isSafeInteger(Number(sizeText)))
    refuse(`${what} has no valid size.`);
  const size = Number(sizeText);
  const root = hashOf(rootText as string, `the root of ${what}`);
  const signers: PublicKey[] = [];
  const cosignedAt = new Map<PublicKey, number>();
  const names = new Set<string>();
  let timeSeconds: number | undefined;
  for (const line of lines) {
    const signature = readSignature(line, what);
    names.add(signature.name);
    const key = checkSignature(signature, { origin: origin as string, size, root, text }, keys, what);
    if (key === undefined || signers.includes(key)) continue;
    signers.push(key);
    if (key.type === 1) continue;
    const seconds = Number(signature.blob.readBigUInt64BE(4));
    cosignedAt.set(key, seconds);
    if (key.name === origin) timeSeconds = seconds;
  }
  return { origin: origin as string, size, root, signers, cosignedAt, timeSeconds, names, note };
}

/** Splits at the last empty line. */
function splitNote(note: string, what: string): { text: string; lines: string[] } {
  for (let i = 0; i < note.length; i++) {
    const code = note.charCodeAt(i);
    if (code < 0x20 && code !== 0x0a) refuse(`${what} has a control character.`);
  }
  const at = note.lastIndexOf('\n\n');
  if (at < 0 || !note.endsWith('\n') || at + 2 === note.length) refuse(`${what} is not a signed note.`);
  const lines = note.slice(at + 2, -1).split('\n');
  if (lines.length > SIGNATURES_MAX) refuse(`${what} has more than ${SIGNATURES_MAX} signatures.`);
  return { text: note.slice(0, at + 1), lines };
}

type Stated = { origin: string; size: number; root: Uint8Array; text: string };

/** `blob`: four bytes of the key's id, then the signature. */
type Signature = { readonly name: string; readonly blob: Buffer };

function readSignature(line: string, what: string): Signature {
  const [dash, name, encoded, ...more] = line.split(' ');
  // A key's name has no space of any kind and no plus sign (c2sp.org/signed-note); who reads it as malformed must not be alone.
  if (dash !== '—' || !name || !encoded || more.length > 0 || /[\s+]/u.test(name))
    return refuse(`${what} has a malformed signature line.`);
  const blob = base64Of(encoded, `a signature of ${what}`);
  if (blob.length < 5) refuse(`${what} has a signature that is too short.`);
  return { name, blob };
}

function checkSignature(
  { name, blob }: Signature,
  stated: Stated,
  keys: readonly PublicKey[],
  what: string,
): PublicKey | undefined {
  const idHex = blob.subarray(0, 4).toString('hex');
  const key = keys.find((known) => known.name === name && known.idHex === idHex);
  if (key === undefined) return undefined;
  const signature = blob.subarray(4);
  if (!signsCheckpoint(key, stated, signature))
    refuse(`The signature of ${quote(name)} (key ${idHex}) on ${what} does not verify.`);
  return key;
}

function signsCheckpoint(key: PublicKey, stated: Stated, signature: Buffer): boolean {
  if (key.type === 1) return key.signs(Buffer.from(stated.text), signature);
  if (signature.length < 8) return false;
  const time = signature.readBigUInt64BE(0);
  if (time >= 2n ** 63n) return false;
  const message = key.type === 4 ? cosignedText(time, stated) : cosignedSubtree(key.name, time, stated);
  return key.signs(message, signature.subarray(8));
}

function cosignedText(time: bigint, stated: Stated): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${time}\n${stated.text}`);
}

function cosignedSubtree(name: string, time: bigint, stated: Stated): Buffer {
  const cosigner = Buffer.from(name);
  const origin = Buffer.from(stated.origin);
  if (cosigner.length > 255 || origin.length > 255) refuse('A name is longer than 255 bytes.');
  return Buffer.concat([
    Buffer.from('subtree/v1\n\0'),
    Uint8Array.of(cosigner.length),
    cosigner,
    eightBytes(time),
    Uint8Array.of(origin.length),
    origin,
    eightBytes(0),
    eightBytes(stated.size),
    stated.root,
  ]);
}
