import {
  base64,
  canonicalText,
  type Checkpoint,
  commit,
  createEntry,
  deriveSalt,
  encodeEntry,
  formatCheckpoint,
  formatTlogProof,
  formatVerifierKey,
  hex,
  inclusionProof,
  type Json,
  leafHash,
  type NodeReader,
  nodeHash,
  RECEIPT_FORMAT,
  SIGNATURE_TYPE,
  signNote,
  utf8,
} from '@portcullis/record';
import { createEd25519Signer, createMlDsa44Signer, readSigningKey } from '@portcullis/record/signing';
import { ed25519Pem, mlDsa44Pem } from './fixed-keys.ts';
import { GOLDEN_ENTRIES, GOLDEN_TIME_MS } from './golden-entries.ts';

// What vectors/record/v1 holds: made with fixed keys. The ML-DSA signature is hedged, so the files are made once and then only read.

export const ORIGIN = 'ledger.example/golden';
export const edKey = () => readSigningKey(ed25519Pem(new Uint8Array(32).fill(0x11)));
export const mlKey = () => readSigningKey(mlDsa44Pem(new Uint8Array(32).fill(0x22)));
const seed = new Uint8Array(32).fill(0x33);
const body = utf8('{"model":"model-large"}');

export function vkeys(): string[] {
  return [
    formatVerifierKey(ORIGIN, SIGNATURE_TYPE.ed25519, edKey().publicKey),
    formatVerifierKey(ORIGIN, SIGNATURE_TYPE.mlDsa44Cosignature, mlKey().publicKey),
  ];
}

/** The pair that the golden handover begins. */
const nextKeys = () =>
  [
    readSigningKey(ed25519Pem(new Uint8Array(32).fill(0x44))),
    readSigningKey(mlDsa44Pem(new Uint8Array(32).fill(0x55))),
  ] as const;

export function nextVkeys(): string[] {
  const [ed25519, mlDsa44] = nextKeys();
  return [
    formatVerifierKey(ORIGIN, SIGNATURE_TYPE.ed25519, ed25519.publicKey),
    formatVerifierKey(ORIGIN, SIGNATURE_TYPE.mlDsa44Cosignature, mlDsa44.publicKey),
  ];
}

/** One line of `handovers.jsonl`: the keys change with the second entry of a ledger. */
function makeHandover(): string {
  const first = utf8('{"leaf":0}');
  const leaf = encodeEntry(
    createEntry('ledger.keys_rotated', GOLDEN_TIME_MS, {
      ...GOLDEN_ENTRIES['ledger.keys_rotated'],
      retired: vkeys(),
      vkeys: nextVkeys(),
    }),
  );
  const root = nodeHash(leafHash(first), leafHash(leaf));
  const signers = [[edKey(), mlKey()] as const, nextKeys()].flatMap(([ed25519, mlDsa44]) => [
    createEd25519Signer(ORIGIN, ed25519),
    createMlDsa44Signer(ORIGIN, mlDsa44, () => GOLDEN_TIME_MS / 1000),
  ]);
  const checkpoint = signNote(formatCheckpoint({ origin: ORIGIN, size: 2, root }), signers);
  const proof = formatTlogProof({ index: 1, hashes: [leafHash(first)], checkpoint });
  return `${canonicalText({ format: RECEIPT_FORMAT, leaf: base64(leaf), proof })}\n`;
}

/** The files by name. */
export async function makeGoldenRecords(
  sha256: (bytes: Uint8Array) => Uint8Array,
): Promise<Record<string, string>> {
  const digest = sha256(body);
  const salt = deriveSalt(seed, 'request_sha256');
  const commitment = commit('exchange.admitted/request_sha256', salt, digest);
  const admitted = createEntry('exchange.admitted', GOLDEN_TIME_MS, {
    ...GOLDEN_ENTRIES['exchange.admitted'],
    commitments: { request_sha256: base64(commitment) },
  });
  const leaves = [0, 1, 2, 3, 4].map((i) => (i === 3 ? encodeEntry(admitted) : utf8(`{"leaf":${i}}`)));
  const read: NodeReader = (level, index) =>
    level === 0
      ? leafHash(leaves[index] as Uint8Array)
      : nodeHash(read(level - 1, 2 * index), read(level - 1, 2 * index + 1));
  const root = nodeHash(read(2, 0), read(0, 4));
  const checkpoint: Checkpoint = { origin: ORIGIN, size: 5, root };
  const note = signNote(formatCheckpoint(checkpoint), [
    createEd25519Signer(ORIGIN, edKey()),
    createMlDsa44Signer(ORIGIN, mlKey(), () => GOLDEN_TIME_MS / 1000),
  ]);
  const proof = formatTlogProof({ index: 3, hashes: inclusionProof(3, 5, read), checkpoint: note });
  const receipt = {
    format: RECEIPT_FORMAT,
    leaf: base64(leaves[3] as Uint8Array),
    proof,
    salts: { request_sha256: base64(salt) },
  };
  const json = (value: Json) => `${JSON.stringify(value, null, 2)}\n`;
  return {
    'checkpoint.txt': note,
    'entry.tlog-proof': proof,
    'receipt.json': json(receipt),
    'handovers.jsonl': makeHandover(),
    'body.json': new TextDecoder().decode(body),
    'commitment.json': json({
      fieldType: 'exchange.admitted/request_sha256',
      seed: hex(seed),
      salt: hex(salt),
      value: hex(digest),
      commitment: hex(commitment),
    }),
    'trust.policy': `${vkeys()
      .map((vkey) => `log ${vkey}\n`)
      .join('')}quorum none\n`,
  };
}
