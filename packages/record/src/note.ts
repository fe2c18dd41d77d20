import { sha256 } from '#sha256';
import { base64, concat, equalBytes, fromBase64, fromUtf8, hex, utf8 } from './bytes.ts';
import { RecordError } from './record-error.ts';

// Signed notes: c2sp.org/signed-note. Cosignature types: c2sp.org/tlog-cosignature.

/** Signature types of the key ID and of a verifier key. */
export const SIGNATURE_TYPE = { ed25519: 0x01, ed25519Cosignature: 0x04, mlDsa44Cosignature: 0x06 } as const;
export type SignatureType = (typeof SIGNATURE_TYPE)[keyof typeof SIGNATURE_TYPE];

/** Bytes of a note and number of signatures that are looked at; more is refused. */
export const NOTE_BYTES_MAX = 1 << 20;
export const SIGNATURES_MAX = 100;
/** A cosignature gives a name's length in one byte (c2sp.org/tlog-cosignature). */
const NAME_BYTES_MAX = 255;

/** Who may sign a note. */
export type NoteKey = { readonly name: string; readonly type: SignatureType; readonly id: Uint8Array };

/** `verify` answers whether `signature` (without the key ID) is this key's over the note's `text`. */
export type NoteVerifier = NoteKey & { verify(text: Uint8Array, signature: Uint8Array): boolean };

/** `sign` gives the signature without the key ID. */
export type NoteSigner = NoteKey & { sign(text: Uint8Array): Uint8Array };

export type NoteSignature = {
  readonly name: string;
  readonly id: Uint8Array;
  readonly signature: Uint8Array;
};
/** `text` ends in a newline. */
export type Note = { readonly text: string; readonly signatures: readonly NoteSignature[] };

/** `SHA-256(name ‖ 0x0A ‖ type ‖ public key)[:4]`. */
export function keyId(name: string, type: SignatureType, publicKey: Uint8Array): Uint8Array {
  return sha256(concat(utf8(`${checkedName(name)}\n`), Uint8Array.of(type), publicKey)).slice(0, 4);
}

/** A verifier key: `name+hex(keyID)+base64(type ‖ public key)`. */
export function formatVerifierKey(name: string, type: SignatureType, publicKey: Uint8Array): string {
  return `${name}+${hex(keyId(name, type, publicKey))}+${base64(concat(Uint8Array.of(type), publicKey))}`;
}

/** @throws RecordError `bad-key` where the text is no verifier key or its ID is not that of its key */
export function parseVerifierKey(text: string): {
  name: string;
  type: SignatureType;
  publicKey: Uint8Array;
  id: Uint8Array;
} {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text.trim());
  if (match === null) throw new RecordError('bad-key', 'A verifier key is written name+hash+base64.');
  const [, name, idHex, encoded] = match as unknown as [string, string, string, string];
  const material = fromBase64(encoded);
  const type = material[0] as SignatureType;
  if (!Object.values(SIGNATURE_TYPE).includes(type))
    throw new RecordError('bad-key', `Signature type ${type} is not known.`);
  const publicKey = material.subarray(1);
  const id = keyId(name, type, publicKey);
  if (hex(id) !== idHex)
    throw new RecordError('bad-key', `The verifier key of ${name} does not match its own key ID.`);
  return { name, type, publicKey, id };
}

/** Adds one signature line a signer to `text`, which must end in a newline. */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  if (!text.endsWith('\n')) throw new RecordError('bad-note', 'The text of a note must end in a newline.');
  const bytes = utf8(text);
  return `${text}\n${signers.map((signer) => signatureLine(signer, signer.sign(bytes))).join('')}`;
}

/** One signature line: `— name base64(keyID ‖ signature)`. */
export function signatureLine(key: Pick<NoteKey, 'name' | 'id'>, signature: Uint8Array): string {
  return `— ${key.name} ${base64(concat(key.id, signature))}\n`;
}

/**
 * Splits a note at its last blank line. Nothing is verified yet; every part is attacker-controlled.
 * @throws RecordError `bad-note`
 */
export function parseNote(note: string): Note {
  if (note.length > NOTE_BYTES_MAX) throw new RecordError('bad-note', 'The note is longer than 1 MiB.');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the specification forbids exactly these
  if (/[\u0000-\u0009\u000b-\u001f]/.test(note))
    throw new RecordError('bad-note', 'The note has a control character.');
  const split = note.lastIndexOf('\n\n');
  if (split < 0) throw new RecordError('bad-note', 'The note has no blank line before its signatures.');
  const block = note.slice(split + 2);
  if (block === '' || !block.endsWith('\n'))
    throw new RecordError('bad-note', 'The note does not end in a signature line.');
  const lines = block.slice(0, -1).split('\n');
  if (lines.length > SIGNATURES_MAX)
    throw new RecordError('bad-note', `The note has more than ${SIGNATURES_MAX} signatures.`);
  return { text: note.slice(0, split + 1), signatures: lines.map(parseSignatureLine) };
}

function parseSignatureLine(line: string): NoteSignature {
  const match = /^— ([^\s+]+) (\S+)$/.exec(line);
  if (match === null) throw new RecordError('bad-note', 'A signature line is malformed.');
  const bytes = fromBase64(match[2] as string);
  if (bytes.length < 5) throw new RecordError('bad-note', 'A signature line is too short.');
  return { name: match[1] as string, id: bytes.slice(0, 4), signature: bytes.slice(4) };
}

/**
 * Opens a note: signatures by unknown keys are ignored, a bad one by a known key rejects the note.
 * @returns the text and the known keys that signed it
 * @throws RecordError `bad-note`, `bad-signature`, `unsigned`
 */
export function openNote(
  note: string | Uint8Array,
  verifiers: readonly NoteVerifier[],
): { text: string; verified: NoteVerifier[]; note: Note } {
  const parsed = parseNote(typeof note === 'string' ? note : fromUtf8(note));
  const bytes = utf8(parsed.text);
  const verified: NoteVerifier[] = [];
  for (const signature of parsed.signatures) {
    const verifier = verifiers.find(
      (known) => known.name === signature.name && equalBytes(known.id, signature.id),
    );
    if (verifier === undefined) continue;
    if (!verifier.verify(bytes, signature.signature)) {
      throw new RecordError('bad-signature', `The signature of ${verifier.name} does not verify.`);
    }
    if (!verified.includes(verifier)) verified.push(verifier);
  }
  if (verified.length === 0) throw new RecordError('unsigned', 'No key that is trusted has signed the note.');
  return { text: parsed.text, verified, note: parsed };
}

function checkedName(name: string): string {
  if (name === '' || /[\s+]/u.test(name))
    throw new RecordError('bad-key', 'A key name has no space and no plus sign.');
  if (utf8(name).length > NAME_BYTES_MAX)
    throw new RecordError('bad-key', `A key name has at most ${NAME_BYTES_MAX} bytes.`);
  return name;
}
