import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { ml_dsa44 } from '@noble/post-quantum/ml-dsa.js';
import { base64Of, digest } from './octets.ts';
import { quote, refuse } from './verify-error.ts';

/** Signature types of c2sp.org/signed-note: Ed25519, Ed25519 cosignature, ML-DSA-44 cosignature. */
export type KeyType = 1 | 4 | 6;

/** A verifier key (c2sp.org/signed-note). `idHex` is its key ID, eight hexadecimal digits. */
export type PublicKey = {
  readonly name: string;
  readonly type: KeyType;
  readonly idHex: string;
  readonly material: Uint8Array;
  readonly vkey: string;
  /** Whether `signature` (the bare 64 or 2420 bytes) is this key's over `message`. */
  readonly signs: (message: Uint8Array, signature: Uint8Array) => boolean;
};

/** A cosignature gives a name's length in one byte (c2sp.org/tlog-cosignature). */
const NAME_BYTES_MAX = 255;
const KEY_BYTES = { 1: 32, 4: 32, 6: 1312 } as const;
export const SIGNATURE_BYTES = { 1: 64, 4: 64, 6: 2420 } as const;
// SubjectPublicKeyInfo of an Ed25519 key without its last 32 bytes (RFC 8410).
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/** Reads `name+8 hex digits+base64(type ‖ key)` and checks that the digits are those of the key. */
export function readPublicKey(vkey: string): PublicKey {
  const parts = /^([^\s+]+)\+([0-9a-f]{8})\+(.+)$/su.exec(vkey);
  if (parts === null) return refuse(`${quote(vkey)} is not a verifier key.`);
  const [, name, idHex, encoded] = parts as unknown as [string, string, string, string];
  if (Buffer.byteLength(name) > NAME_BYTES_MAX)
    refuse(`The key name ${quote(name)} is over ${NAME_BYTES_MAX} bytes.`);
  const bytes = base64Of(encoded, `the key of ${quote(name)}`);
  const type = bytes[0] as KeyType;
  const material = bytes.subarray(1);
  if (KEY_BYTES[type] !== material.length)
    refuse(`The key of ${quote(name)} has an unknown type or a wrong length.`);
  const id = digest(name, '\n', Uint8Array.of(type), material).subarray(0, 4);
  if (id.toString('hex') !== idHex)
    refuse(`The verifier key of ${quote(name)} does not match its own key ID.`);
  return { name, type, idHex, material, vkey, signs: type === 6 ? mlDsa44(material) : ed25519(material) };
}

function ed25519(material: Uint8Array): PublicKey['signs'] {
  let key: KeyObject;
  return (message, signature) => {
    if (signature.length !== SIGNATURE_BYTES[1]) return false;
    key ??= createPublicKey({ key: Buffer.concat([ED25519_SPKI, material]), format: 'der', type: 'spki' });
    return verify(null, message, key, signature);
  };
}

/** Another implementation than the signer's, so that a fault in one shows. */
function mlDsa44(material: Uint8Array): PublicKey['signs'] {
  return (message, signature) =>
    signature.length === SIGNATURE_BYTES[6] && ml_dsa44.verify(signature, message, material);
}
