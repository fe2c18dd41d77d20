import { decodeEntry, fromBase64, parseTlogProof } from '@portcullis/record';
import type { Handover } from '../ledger/handovers.ts';
import type { KeyPeriod } from './files/keys-file.ts';
import { signedTimeSeconds } from './signed-time.ts';

/** The pairs of keys that a ledger had, oldest first. @param openedAt RFC 3339 */
export function keyPeriods(
  vkeys: readonly string[],
  openedAt: string,
  handovers: readonly Handover[],
): KeyPeriod[] {
  const periods: KeyPeriod[] = [];
  let from = openedAt;
  for (const handover of handovers) {
    const { retired, index } = handover;
    const { leaf, proof } = JSON.parse(handover.line) as { leaf: string; proof: string };
    const at = decodeEntry(fromBase64(leaf)).time;
    // Signatures keep the later time where the clock was set back.
    const signedMs = signedTimeSeconds(parseTlogProof(proof).checkpoint, retired) * 1000;
    const until = new Date(Math.max(Date.parse(at), signedMs)).toISOString();
    periods.push({ vkeys: retired, from, until, endedBy: index });
    from = at;
  }
  return [...periods, { vkeys, from, until: null, endedBy: null }];
}
