import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { concat, fromUtf8, u64be } from './bytes.ts';
import { cosignatureMessage, parseCheckpoint, subtreeMessage } from './checkpoint.ts';
import {
  formatVerifierKey,
  keyId,
  type NoteSigner,
  type NoteVerifier,
  parseVerifierKey,
  SIGNATURE_TYPE,
} from './note.ts';
import { RecordError } from './record-error.ts';

// Signatures by node:crypto: Ed25519 (RFC 8032) and ML-DSA-44 (FIPS 204, Node 24.8 or later).

type Algorithm = 'ed25519' | 'ml-dsa-44';
const TIME_BYTES = 8;

/** Where a cosignature's time comes from: POSIX seconds. */
export type TimeSeconds = () => number;

/** A private key and what others need to check its signatures. */
export type SigningKey = {
  readonly algorithm: Algorithm;
  readonly privateKey: KeyObject;
  readonly publicKey: Uint8Array;
};

/** A new key pair. */
export function generateSigningKey(algorithm: Algorithm): SigningKey {
  const pair = algorithm === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ml-dsa-44');
  return signingKey(pair.privateKey);
}

/** Reads a private key in PKCS #8 PEM. @throws RecordError `bad-key` */
export function readSigningKey(pem: string): SigningKey {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new RecordError('bad-key', 'The private key could not be read; it must be PKCS #8 PEM.');
  }
  return signingKey(key);
}

/** PKCS #8 PEM of a private key. */
export function writeSigningKey(key: SigningKey): string {
  return key.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
}

function signingKey(privateKey: KeyObject): SigningKey {
  const algorithm = privateKey.asymmetricKeyType as string;
  if (algorithm !== 'ed25519' && algorithm !== 'ml-dsa-44')
    throw new RecordError('bad-key', `${algorithm} keys are not used here.`);
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' });
  const encoded = algorithm === 'ed25519' ? jwk.x : (jwk as { pub?: string }).pub;
  return { algorithm, privateKey, publicKey: Uint8Array.from(Buffer.from(encoded as string, 'base64url')) };
}

function publicKeyObject(algorithm: Algorithm, publicKey: Uint8Array): KeyObject {
  const encoded = Buffer.from(publicKey).toString('base64url');
  const jwk =
    algorithm === 'ed25519'
      ? { kty: 'OKP', crv: 'Ed25519', x: encoded }
      : { kty: 'AKP', alg: 'ML-DSA-44', pub: encoded };
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    throw new RecordError('bad-key', `The bytes are no ${algorithm} public key.`);
  }
}

/** A plain Ed25519 note signer (type 0x01). */
export function createEd25519Signer(name: string, key: SigningKey): NoteSigner & { vkey: string } {
  const type = SIGNATURE_TYPE.ed25519;
  return {
    name,
    type,
    id: keyId(name, type, key.publicKey),
    vkey: formatVerifierKey(name, type, key.publicKey),
    sign: (text) => sign(null, text, key.privateKey),
  };
}

/** An ML-DSA-44 cosigner of checkpoints (type 0x06); the signature is `u64be time ‖ 2420 bytes`. */
export function createMlDsa44Signer(
  name: string,
  key: SigningKey,
  now: TimeSeconds,
): NoteSigner & { vkey: string } {
  const type = SIGNATURE_TYPE.mlDsa44Cosignature;
  return {
    name,
    type,
    id: keyId(name, type, key.publicKey),
    vkey: formatVerifierKey(name, type, key.publicKey),
    sign(text) {
      const time = Math.floor(now());
      const message = subtreeMessage(name, time, parseCheckpoint(fromUtf8(text)));
      return concat(u64be(time), sign(null, message, key.privateKey));
    },
  };
}

/** An Ed25519 cosigner of checkpoints, as witnesses are (type 0x04); the signature is `u64be time ‖ 64 bytes`. */
export function createEd25519Cosigner(
  name: string,
  key: SigningKey,
  now: TimeSeconds,
): NoteSigner & { vkey: string } {
  const type = SIGNATURE_TYPE.ed25519Cosignature;
  return {
    name,
    type,
    id: keyId(name, type, key.publicKey),
    vkey: formatVerifierKey(name, type, key.publicKey),
    sign(text) {
      const time = Math.floor(now());
      return concat(u64be(time), sign(null, cosignatureMessage(time, text), key.privateKey));
    },
  };
}

/** A verifier for any of the three signature types. @throws RecordError `bad-key` */
export function createVerifier(vkey: string): NoteVerifier {
  const { name, type, publicKey, id } = parseVerifierKey(vkey);
  const key = publicKeyObject(
    type === SIGNATURE_TYPE.mlDsa44Cosignature ? 'ml-dsa-44' : 'ed25519',
    publicKey,
  );
  return {
    name,
    type,
    id,
    verify(text, signature) {
      if (type === SIGNATURE_TYPE.ed25519) return verify(null, text, key, signature);
      if (signature.length <= TIME_BYTES) return false;
      const time = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
      const message =
        type === SIGNATURE_TYPE.ed25519Cosignature
          ? cosignatureMessage(time, text)
          : subtreeMessage(name, time, parseCheckpoint(fromUtf8(text)));
      return verify(null, message, key, signature.subarray(TIME_BYTES));
    },
  };
}
