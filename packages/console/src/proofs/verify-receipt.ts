import { type Entry, verifyReceipt as verify } from '@portcullis/record';
import { verifiersFor } from './browser-verifiers.ts';

export type ReceiptOutcome =
  | { readonly verdict: 'good'; readonly index: number; readonly size: number; readonly entry: Entry }
  | { readonly verdict: 'bad'; readonly reason: string }
  | { readonly verdict: 'unknown'; readonly reason: string };

/**
 * Judges a receipt in the browser. Whatever is wrong with it is an outcome, as it may come from anybody.
 * @param text JSON of a receipt
 */
export async function judgeReceipt(text: string, vkeys: readonly string[]): Promise<ReceiptOutcome> {
  try {
    const value = JSON.parse(text) as { proof?: unknown };
    const proof = typeof value?.proof === 'string' ? value.proof : '';
    const { entry, index, checkpoint } = verify(value, await verifiersFor(proof, vkeys));
    return { verdict: 'good', index, size: checkpoint.size, entry };
  } catch (error) {
    const reason = error instanceof Error ? error.message : '';
    const isUnknown = error instanceof Error && error.name === 'CanNotVerify';
    return { verdict: isUnknown ? 'unknown' : 'bad', reason };
  }
}
