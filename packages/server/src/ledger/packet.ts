import { fromUtf8, utf8 } from '@portcullis/record';
import type { PreparedEntry } from './ledger-writer.ts';

// Entries on their way from a gate thread to the ledger thread: one buffer a turn, transferred and not copied. For each entry
// `u32 entry length ‖ u32 sealed length, all ones for none ‖ u8 key id length ‖ leaf hash[32] ‖ entry ‖ key id ‖ sealed`.

const HEADER_BYTES = 4 + 4 + 1 + 32;
const NO_CONTENT = 0xffff_ffff;
const NO_KEY = new Uint8Array(0);

/** Bytes that an entry takes in a packet. */
export function packedBytes(entry: PreparedEntry): number {
  const { content } = entry;
  const sealed = content === undefined ? 0 : content.sealed.length + content.vaultKey.length;
  return HEADER_BYTES + entry.bytes.length + sealed;
}

export function packEntries(entries: readonly PreparedEntry[]): ArrayBuffer {
  const keyIds = entries.map(({ content }) => (content === undefined ? NO_KEY : utf8(content.vaultKey)));
  let length = 0;
  for (const [i, { bytes, content }] of entries.entries())
    length += HEADER_BYTES + bytes.length + (keyIds[i] as Uint8Array).length + (content?.sealed.length ?? 0);
  const all = new Uint8Array(length);
  const view = new DataView(all.buffer);
  let at = 0;
  for (const [i, { bytes, leafHash, content }] of entries.entries()) {
    const keyId = keyIds[i] as Uint8Array;
    view.setUint32(at, bytes.length);
    view.setUint32(at + 4, content?.sealed.length ?? NO_CONTENT);
    all[at + 8] = keyId.length;
    all.set(leafHash, at + 9);
    all.set(bytes, at + HEADER_BYTES);
    at += HEADER_BYTES + bytes.length;
    all.set(keyId, at);
    at += keyId.length;
    if (content === undefined) continue;
    all.set(content.sealed, at);
    at += content.sealed.length;
  }
  return all.buffer;
}

/** The entries of a packet; they share its memory. */
export function unpackEntries(packet: ArrayBuffer): PreparedEntry[] {
  const all = new Uint8Array(packet);
  const view = new DataView(packet);
  const entries: PreparedEntry[] = [];
  for (let at = 0; at < all.length; ) {
    const entryBytes = view.getUint32(at);
    const sealedBytes = view.getUint32(at + 4);
    const keyBytes = all[at + 8] as number;
    const bytesAt = at + HEADER_BYTES;
    const keyAt = bytesAt + entryBytes;
    const leafHash = all.subarray(at + 9, bytesAt);
    const bytes = all.subarray(bytesAt, keyAt);
    at = keyAt + keyBytes;
    if (sealedBytes === NO_CONTENT) {
      entries.push({ bytes, leafHash });
      continue;
    }
    const content = {
      vaultKey: fromUtf8(all.subarray(keyAt, at)),
      sealed: all.subarray(at, at + sealedBytes),
    };
    entries.push({ bytes, leafHash, content });
    at += sealedBytes;
  }
  return entries;
}
