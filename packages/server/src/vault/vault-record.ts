import { crc32 } from 'node:zlib';
import { fromUtf8, utf8 } from '@portcullis/record';

// One sealed content in a segment:
// `"pcv1" ‖ u64 ledger index ‖ leaf hash[32] ‖ u8 key id length ‖ u32 sealed length ‖ key id ‖ sealed ‖ u32 CRC-32 of all before`.
// The checksum finds torn and decayed records; against change on purpose stands AES-GCM, and the commitments in the entry.

const MAGIC = utf8('pcv1');
/** Up to and with the lengths. */
export const RECORD_HEADER_BYTES = 4 + 8 + 32 + 1 + 4;
const CRC_BYTES = 4;

export type VaultRecord = {
  readonly index: number;
  readonly leafHash: Uint8Array;
  readonly vaultKeyId: string;
  readonly sealed: Uint8Array;
};

/** What a header says; `recordBytes` counts header, body and checksum. */
export type VaultHeader = { readonly index: number; readonly recordBytes: number };

export function encodeVaultRecord({ index, leafHash, vaultKeyId, sealed }: VaultRecord): Uint8Array {
  const keyId = utf8(vaultKeyId);
  const sealedAt = RECORD_HEADER_BYTES + keyId.length;
  const bytes = new Uint8Array(sealedAt + sealed.length + CRC_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setBigUint64(4, BigInt(index));
  bytes.set(leafHash, 12);
  bytes[44] = keyId.length;
  view.setUint32(45, sealed.length);
  bytes.set(keyId, RECORD_HEADER_BYTES);
  bytes.set(sealed, sealedAt);
  const bodyBytes = bytes.length - CRC_BYTES;
  view.setUint32(bodyBytes, crc32(bytes.subarray(0, bodyBytes)));
  return bytes;
}

/** Undefined where the bytes are no header. @param bytes at least {@link RECORD_HEADER_BYTES} */
export function readVaultHeader(bytes: Uint8Array): VaultHeader | undefined {
  if (bytes.length < RECORD_HEADER_BYTES) return undefined;
  for (let i = 0; i < MAGIC.length; i++) if (bytes[i] !== MAGIC[i]) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const sealedLength = view.getUint32(45);
  return {
    index: Number(view.getBigUint64(4)),
    recordBytes: RECORD_HEADER_BYTES + (bytes[44] as number) + sealedLength + CRC_BYTES,
  };
}

/** A whole record, which shares the memory of `bytes`; undefined where its checksum or form is wrong. */
export function decodeVaultRecord(bytes: Uint8Array): VaultRecord | undefined {
  const header = readVaultHeader(bytes);
  if (header === undefined || header.recordBytes !== bytes.length) return undefined;
  const body = bytes.subarray(0, bytes.length - CRC_BYTES);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (view.getUint32(body.length) !== crc32(body)) return undefined;
  const keyEnd = RECORD_HEADER_BYTES + (bytes[44] as number);
  return {
    index: header.index,
    leafHash: bytes.subarray(12, 44),
    vaultKeyId: fromUtf8(bytes.subarray(RECORD_HEADER_BYTES, keyEnd)),
    sealed: bytes.subarray(keyEnd, body.length),
  };
}
