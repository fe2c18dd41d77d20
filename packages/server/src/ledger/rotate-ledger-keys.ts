import { createEntry } from '@portcullis/record';
import { ServerError } from '../server-error.ts';
import { ledgerPaths } from './data-dir.ts';
import { formatHandovers, type Handover, HANDOVERS_FILE, makeHandover, readHandovers } from './handovers.ts';
import { type LedgerKeys, makeNextKeys, promoteNextKeys } from './keys.ts';
import { createLedgerReader } from './ledger-reader.ts';
import { type LedgerWriter, prepareEntry } from './ledger-writer.ts';
import type { LedgerWriterOptions } from './open-ledger.ts';

/** Who has the keys changed, as they say, and why. */
export type RotationReason = { readonly by: string; readonly reason: string };

/** @returns the size of the handover and the verifier keys that begin */
export type HandOver = (why: RotationReason) => { readonly size: number; readonly vkeys: readonly string[] };

/**
 * A new pair of keys takes over (docs/decisions/0008-key-rotation.md): made, then named by an entry whose checkpoint both pairs sign, which is the step that decides;
 * then published, and the old private keys are destroyed. The writer, which still has them, is closed.
 */
export function handOver(
  options: LedgerWriterOptions,
  writer: LedgerWriter,
  keys: LedgerKeys,
  { by, reason }: RotationReason,
): ReturnType<HandOver> {
  const { fs, dataDir, origin, clock, storage } = options;
  writer.publish();
  const next = makeNextKeys({ dir: ledgerPaths(dataDir).keys, fs, origin });
  const body = { retired: [...keys.vkeys], vkeys: [...next.vkeys], by, reason };
  const entry = prepareEntry(createEntry('ledger.keys_rotated', clock.now(), body));
  const { index, note } = writer.commitHandover(entry, (now) => [...keys.signers(now), ...next.signers(now)]);
  writer.publish();
  finishHandover(options, readHandovers(storage.read(HANDOVERS_FILE)), { index, note });
  writer.close();
  return { size: index + 1, vkeys: next.vkeys };
}

/**
 * What is left to do once the lock holds a handover and its tree is published. May be done again after a kill.
 * @param note the handover's checkpoint
 */
export function finishHandover(
  { fs, dataDir, storage }: LedgerWriterOptions,
  earlier: readonly Handover[],
  { index, note }: { readonly index: number; readonly note: string },
): void {
  const reader = createLedgerReader(dataDir, fs);
  const leaf = reader.entry(index);
  if (leaf === undefined) throw new ServerError('ledger-damaged', `Entry ${index} is not published.`);
  const handover = makeHandover(leaf, { index, hashes: reader.inclusion(index, index + 1), note });
  storage.putHandovers(formatHandovers([...earlier, handover]));
  promoteNextKeys({ fs, dir: ledgerPaths(dataDir).keys });
}
