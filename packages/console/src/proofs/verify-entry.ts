import { equalBytes, fromBase64, leafHash, verifyTlogProof } from '@portcullis/record';
import type { ProvenEntry } from '../api/shapes.ts';
import { verifiersFor } from './browser-verifiers.ts';

export type Verified = { readonly size: number; readonly keys: readonly string[] };

/**
 * Verifies that an entry lies in the ledger: its bytes give its hash, the hash leads to the root, and the root is signed.
 * @throws RecordError where any of it does not hold, CanNotVerify where the browser can not tell
 */
export async function verifyEntry(entry: ProvenEntry, vkeys: readonly string[]): Promise<Verified> {
  const hash = fromBase64(entry.leafHash);
  if (entry.leaf !== null && !equalBytes(leafHash(fromBase64(entry.leaf)), hash)) throw new Error('leaf');
  const verifiers = await verifiersFor(entry.proof, vkeys);
  const { index, checkpoint, verified } = verifyTlogProof(entry.proof, hash, verifiers);
  if (index !== entry.index) throw new Error('index');
  return { size: checkpoint.size, keys: verified.map((each) => each.name) };
}
