import { fromUtf8, SALT_BYTES, utf8 } from '@portcullis/record';
import type { VaultKey } from '../accounts/account.ts';
import type { SealedContent } from '../ledger/appender.ts';
import { ServerError } from '../server-error.ts';
import { XAES_NONCE_BYTES, XAES_TAG_BYTES, xaesOpen, xaesSealNext } from './xaes.ts';

// `0x01 ‖ u16 aad length ‖ aad ‖ nonce[24] ‖ ciphertext ‖ tag[16]`; what is encrypted is `seed[32] ‖ (u8 name length ‖ name ‖ u32 length ‖ bytes)*`.
// The associated data stands in the clear beside it, so that a record can be opened by itself; it is authenticated with the key's id before it.

const VERSION = 1;
const AAD_BYTES_MAX = 255;
const PARTS_MAX = 16;

/** What is kept of an entry outside the ledger. `seed` gives the salts (32 bytes, see `deriveSalt`); `parts` such as `request` and `response`. */
export type Content = { readonly seed: Uint8Array; readonly parts: Readonly<Record<string, Uint8Array>> };

/**
 * Encrypts content with an account's data key (XAES-256-GCM, see xaes.ts).
 * @param aad what it belongs to, such as `exchange.admitted/<exchange>`; not secret, at most 255 bytes, never content
 */
export function sealContent(vaultKey: VaultKey, aad: string, content: Content): SealedContent {
  const bound = utf8(aad);
  if (bound.length > AAD_BYTES_MAX)
    throw new ServerError('bad-request', 'The associated data has at most 255 bytes.');
  const sealed = xaesSealNext(vaultKey.key, encodeContent(content), authenticated(vaultKey.id, bound));
  const head = Uint8Array.of(VERSION, bound.length >> 8, bound.length & 0xff);
  return { vaultKey: vaultKey.id, sealed: join([head, bound, ...sealed]) };
}

/**
 * Decrypts it.
 * @throws ServerError `vault-damaged` where a byte was changed or the key is another
 */
export function openContent(key: VaultKey, sealed: Uint8Array): Content & { readonly aad: string } {
  const aadEnd = 3 + (((sealed[1] ?? 0) << 8) | (sealed[2] ?? 0));
  const nonceEnd = aadEnd + XAES_NONCE_BYTES;
  if (sealed[0] !== VERSION || sealed.length < nonceEnd + XAES_TAG_BYTES)
    throw new ServerError('vault-damaged', 'A record of the vault has a form that is not known.');
  const aad = sealed.subarray(3, aadEnd);
  const nonce = sealed.subarray(aadEnd, nonceEnd);
  const opened = xaesOpen(key.key, nonce, sealed.subarray(nonceEnd), authenticated(key.id, aad));
  if (opened === undefined)
    throw new ServerError('vault-damaged', 'A record of the vault was changed, or sealed with another key.');
  return { ...decodeContent(opened), aad: fromUtf8(aad) };
}

function authenticated(keyId: string, aad: Uint8Array): Uint8Array {
  return join([utf8(`portcullis/vault/v1\0${keyId}\0`), aad]);
}

function encodeContent({ seed, parts }: Content): Uint8Array {
  const names = Object.keys(parts);
  if (seed.length !== SALT_BYTES || names.length > PARTS_MAX)
    throw new ServerError('bad-request', `Content has a seed of ${SALT_BYTES} bytes and at most 16 parts.`);
  const pieces: Uint8Array[] = [seed];
  for (const name of names) {
    const part = parts[name] as Uint8Array;
    pieces.push(headOf(name, part.length), part);
  }
  return join(pieces);
}

function headOf(name: string, partBytes: number): Uint8Array {
  const spelled = utf8(name);
  if (spelled.length > 255) throw new ServerError('bad-request', 'The name of a part has at most 255 bytes.');
  const head = new Uint8Array(1 + spelled.length + 4);
  head[0] = spelled.length;
  head.set(spelled, 1);
  new DataView(head.buffer).setUint32(1 + spelled.length, partBytes);
  return head;
}

/** From Node's pool of buffers: these live for a moment only, and memory of their own would cost more than to fill it. */
function join(pieces: readonly Uint8Array[]): Uint8Array {
  const { buffer, byteOffset, length } = Buffer.concat(pieces);
  // Not a Buffer: its `slice` shares memory.
  return new Uint8Array(buffer, byteOffset, length);
}

function decodeContent(bytes: Uint8Array): Content {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  // Without a prototype, so that a part may have any name.
  const parts = Object.create(null) as Record<string, Uint8Array>;
  let at = SALT_BYTES;
  while (at < bytes.length) {
    const nameEnd = at + 1 + (bytes[at] as number);
    const start = nameEnd + 4;
    const end = start + view.getUint32(nameEnd);
    parts[fromUtf8(bytes.subarray(at + 1, nameEnd))] = bytes.subarray(start, end);
    at = end;
  }
  return { seed: bytes.slice(0, SALT_BYTES), parts };
}
