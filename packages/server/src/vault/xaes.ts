import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type KeyObject,
  randomFillSync,
} from 'node:crypto';
import { concat } from '@portcullis/record';

// XAES-256-GCM (c2sp.org/XAES-256-GCM): AES-256-GCM with a 24-byte nonce, of which the first half derives a key for each message
// (NIST SP 800-108r1, KDF in counter mode with CMAC). With plain AES-GCM, random nonces bound a key to 2^32 messages
// (NIST SP 800-38D, section 8.3), which a busy account reaches; with this, to about 2^80.

export const XAES_KEY_BYTES = 32;
export const XAES_NONCE_BYTES = 24;
export const XAES_TAG_BYTES = 16;
/** The first half of a nonce: what derives the key. */
const DERIVING_BYTES = 12;

/** @returns ciphertext ‖ tag16 */
export function xaesSeal(
  key: Uint8Array,
  nonce: Uint8Array,
  plaintext: Uint8Array,
  aad: Uint8Array,
): Uint8Array {
  return concat(...seal(deriveKey(key, nonce), nonce, plaintext, aad));
}

/** A sealed message in pieces, for who joins them with more, and at once: the next message is counted in the same nonce. */
export type XaesPieces = readonly [nonce: Uint8Array, ciphertext: Uint8Array, tag: Uint8Array];

/** The first half of a nonce with what it derives, and the second half that was used last. */
type Run = { readonly derived: KeyObject; readonly nonce: Uint8Array; messages: number };

/** So many messages are sealed under one derived key; AES-GCM with counted nonces bears 2^32 (NIST SP 800-38D, section 8.3). */
const RUN_MESSAGES_MAX = 2 ** 20;
/** As long as the caller keeps the key's own array. */
const runs = new WeakMap<Uint8Array, Run>();

/**
 * Seals under a nonce that nobody else has: the first half is random, and for a million messages of this thread the second half counts, so that
 * deriving a key, which takes as long as sealing a small message, is done once for all of them.
 */
export function xaesSealNext(key: Uint8Array, plaintext: Uint8Array, aad: Uint8Array): XaesPieces {
  let run = runs.get(key);
  if (run === undefined || run.messages === RUN_MESSAGES_MAX) {
    const nonce = new Uint8Array(XAES_NONCE_BYTES);
    randomFillSync(nonce, 0, DERIVING_BYTES);
    run = { derived: deriveKey(key, nonce), nonce, messages: 0 };
    runs.set(key, run);
  }
  run.messages += 1;
  new DataView(run.nonce.buffer).setUint32(XAES_NONCE_BYTES - 4, run.messages);
  return [run.nonce, ...seal(run.derived, run.nonce, plaintext, aad)];
}

function seal(
  derived: KeyObject,
  nonce: Uint8Array,
  plaintext: Uint8Array,
  aad: Uint8Array,
): readonly [ciphertext: Uint8Array, tag: Uint8Array] {
  const cipher = createCipheriv('aes-256-gcm', derived, nonce.subarray(DERIVING_BYTES));
  cipher.setAAD(aad);
  const ciphertext = cipher.update(plaintext);
  // Of a stream cipher nothing is left over here.
  cipher.final();
  return [ciphertext, cipher.getAuthTag()];
}

/** Undefined where the key is another or a byte was changed. The bytes share no memory with anything else. */
export function xaesOpen(
  key: Uint8Array,
  nonce: Uint8Array,
  sealed: Uint8Array,
  aad: Uint8Array,
): Uint8Array | undefined {
  if (sealed.length < XAES_TAG_BYTES) return undefined;
  const end = sealed.length - XAES_TAG_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', openingKey(key, nonce), nonce.subarray(DERIVING_BYTES));
  decipher.setAAD(aad);
  decipher.setAuthTag(sealed.subarray(end));
  const { buffer, byteOffset, length } = decipher.update(sealed.subarray(0, end));
  try {
    decipher.final();
  } catch {
    return undefined;
  }
  return new Uint8Array(buffer, byteOffset, length);
}

/** Derived keys by the first half of the nonce, by the key's own array. */
const derivedKeys = new WeakMap<Uint8Array, Map<string, KeyObject>>();
/** A thread that seals goes on with one for long, so a reader meets few. */
const DERIVED_KEYS_MAX = 16;

function openingKey(key: Uint8Array, nonce: Uint8Array): KeyObject {
  let known = derivedKeys.get(key);
  if (known === undefined) derivedKeys.set(key, (known = new Map()));
  const half = String.fromCharCode(...nonce.subarray(0, DERIVING_BYTES));
  const found = known.get(half);
  if (found !== undefined) return found;
  const derived = deriveKey(key, nonce);
  if (known.size >= DERIVED_KEYS_MAX) known.delete(known.keys().next().value as string);
  known.set(half, derived);
  return derived;
}

type BlockCipher = { encrypt(blocks: Uint8Array): Uint8Array; readonly mask: Uint8Array };

/** Set-up of a block cipher costs more than its use; it is kept as long as the caller keeps the key's own array. */
const blockCiphers = new WeakMap<Uint8Array, BlockCipher>();

/** As a key object: a cipher takes five times as long to set up from a key's bytes (bench/RESULTS.md). */
function deriveKey(key: Uint8Array, nonce: Uint8Array): KeyObject {
  const { encrypt, mask } = blockCipherOf(key);
  const blocks = new Uint8Array(32);
  for (const counter of [1, 2]) {
    const at = (counter - 1) * 16;
    blocks.set([0, counter, 0x58, 0], at);
    blocks.set(nonce.subarray(0, DERIVING_BYTES), at + 4);
    for (let i = 0; i < 16; i++) blocks[at + i] = (blocks[at + i] as number) ^ (mask[i] as number);
  }
  return createSecretKey(encrypt(blocks));
}

/** Single blocks of AES, as CMAC needs them; each is a message of its own, so ECB is what is meant. */
function blockCipherOf(key: Uint8Array): BlockCipher {
  const known = blockCiphers.get(key);
  if (known !== undefined) return known;
  const cipher = createCipheriv('aes-256-ecb', key, null);
  cipher.setAutoPadding(false);
  // Without padding every block comes out at once, so one cipher serves all messages and is never finished.
  const encrypt = (blocks: Uint8Array): Uint8Array => cipher.update(blocks);
  const made = { encrypt, mask: cmacSubkey(encrypt(new Uint8Array(16))) };
  blockCiphers.set(key, made);
  return made;
}

/** K1 of CMAC: L doubled in GF(2^128) (NIST SP 800-38B, section 6.1). */
function cmacSubkey(l: Uint8Array): Uint8Array {
  const doubled = new Uint8Array(16);
  for (let i = 0; i < 16; i++) doubled[i] = ((l[i] as number) << 1) | ((l[i + 1] ?? 0) >> 7);
  if (((l[0] as number) & 0x80) !== 0) doubled[15] = (doubled[15] as number) ^ 0x87;
  return doubled;
}
