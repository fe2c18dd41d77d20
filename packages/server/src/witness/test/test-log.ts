import {
  type Checkpoint,
  consistencyProof,
  formatCheckpoint,
  inclusionProof,
  leafHash,
  nodeHash,
  rootAt,
  signNote,
  utf8,
} from '@portcullis/record';
import {
  createEd25519Signer,
  createMlDsa44Signer,
  generateSigningKey,
  type SigningKey,
} from '@portcullis/record/signing';

/** A log in memory, with the ledger's kinds of keys. */
export type TestLog = {
  readonly origin: string;
  /** Ed25519 (0x01), then ML-DSA-44 (0x06). */
  readonly vkeys: readonly [string, string];
  readonly leaves: readonly string[];
  readonly keys: Keys;
  checkpoint(size: number): Checkpoint;
  /** Signed by both keys, or the first alone. */
  note(size: number, keys?: 'both' | 'ed25519'): string;
  /** Any text, signed by the Ed25519 key. */
  sign(text: string): string;
  consistency(from: number, to: number): Uint8Array[];
  inclusion(index: number, size: number): Uint8Array[];
  /** The same keys over a history that differs from entry `from` on. */
  fork(from: number): TestLog;
};

type Keys = { readonly ed25519: SigningKey; readonly mlDsa44: SigningKey };

export function createTestLog(
  origin = 'ledger.example/test',
  entries = 64,
  keys: Keys = { ed25519: generateSigningKey('ed25519'), mlDsa44: generateSigningKey('ml-dsa-44') },
  leaves: readonly string[] = Array.from({ length: entries }, (_, i) => `entry ${i}`),
): TestLog {
  const hashes = leaves.map((leaf) => leafHash(utf8(leaf)));
  const node = (level: number, index: number): Uint8Array =>
    level === 0
      ? (hashes[index] as Uint8Array)
      : nodeHash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1));
  const signer = createEd25519Signer(origin, keys.ed25519);
  const mlDsa44 = createMlDsa44Signer(origin, keys.mlDsa44, () => 0);
  const checkpoint = (size: number): Checkpoint => ({ origin, size, root: rootAt(size, node) });
  return {
    origin,
    vkeys: [signer.vkey, mlDsa44.vkey],
    leaves,
    keys,
    checkpoint,
    note: (size, which = 'ed25519') =>
      signNote(formatCheckpoint(checkpoint(size)), which === 'both' ? [signer, mlDsa44] : [signer]),
    sign: (text) => signNote(text, [signer]),
    consistency: (from, to) => (from === 0 || from === to ? [] : consistencyProof(from, to, node)),
    inclusion: (index, size) => inclusionProof(index, size, node),
    fork: (from) =>
      createTestLog(
        origin,
        entries,
        keys,
        leaves.map((leaf, i) => (i < from ? leaf : `${leaf}, otherwise`)),
      ),
  };
}
