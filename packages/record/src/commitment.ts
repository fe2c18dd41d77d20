import { sha256 } from '#sha256';
import { u64be, utf8 } from './bytes.ts';
import { RecordError } from './record-error.ts';

const DOMAIN = 'portcullis/commitment/v1\0';
const SALT_DOMAIN = 'portcullis/salt/v1\0';

/** Bytes of a salt, a seed and a commitment. */
export const SALT_BYTES = 32;

/**
 * A salted commitment to one field: `SHA-256(domain ‖ type ‖ salt32 ‖ length ‖ value)`.
 * `domain` is `portcullis/commitment/v1` and a zero byte; `type` is `<entry type>/<field>` and a zero byte;
 * `length` is the value's length in eight bytes, big-endian.
 * The salt hides the value; the type binds it to its place, so that a proof for one field can not stand for another.
 * @param fieldType such as `exchange.admitted/request_sha256`
 * @param salt 32 bytes
 * @throws RecordError `bad-encoding` where the salt has another length
 */
export function commit(fieldType: string, salt: Uint8Array, value: Uint8Array): Uint8Array {
  if (salt.length !== SALT_BYTES) throw new RecordError('bad-encoding', `A salt has ${SALT_BYTES} bytes.`);
  const place = placeOf(fieldType);
  const length = place.length + SALT_BYTES + 8 + value.length;
  const message = length <= scratch.length ? scratch.subarray(0, length) : new Uint8Array(length);
  message.set(place);
  message.set(salt, place.length);
  message.set(u64be(value.length), place.length + SALT_BYTES);
  message.set(value, place.length + SALT_BYTES + 8);
  return sha256(message);
}

/** Messages are laid out in the same memory each time, as this runs three times an exchange; only long values need their own. */
const scratch = new Uint8Array(1024);
/** The bytes of `domain ‖ type`: field types are few and fixed. */
const places = new Map<string, Uint8Array>();
const PLACES_MAX = 256;

function placeOf(fieldType: string): Uint8Array {
  let place = places.get(fieldType);
  if (place === undefined) {
    place = utf8(`${DOMAIN}${fieldType}\0`);
    if (places.size < PLACES_MAX) places.set(fieldType, place);
  }
  return place;
}

/**
 * The salt of one field, derived from an entry's seed: `HMAC-SHA-256(seed, "portcullis/salt/v1" ‖ 0x00 ‖ field)` (RFC 2104).
 * One salt tells nothing about the others, so fields can be shown one by one.
 * @param seed 32 random bytes, kept in the vault
 */
export function deriveSalt(seed: Uint8Array, field: string): Uint8Array {
  if (seed.length !== SALT_BYTES) throw new RecordError('bad-encoding', `A seed has ${SALT_BYTES} bytes.`);
  return hmacSha256(seed, utf8(`${SALT_DOMAIN}${field}`));
}

const BLOCK_BYTES = 64;
const inner = new Uint8Array(1024);
const outer = new Uint8Array(BLOCK_BYTES + SALT_BYTES);

/** HMAC (RFC 2104) with a 32-byte key, so the key is never longer than the 64-byte block. @param message at most 960 bytes */
function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  inner.fill(0x36, 0, BLOCK_BYTES);
  outer.fill(0x5c, 0, BLOCK_BYTES);
  for (let i = 0; i < key.length; i++) {
    inner[i] = 0x36 ^ (key[i] as number);
    outer[i] = 0x5c ^ (key[i] as number);
  }
  inner.set(message, BLOCK_BYTES);
  outer.set(sha256(inner.subarray(0, BLOCK_BYTES + message.length)), BLOCK_BYTES);
  return sha256(outer);
}
