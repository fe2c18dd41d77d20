import {
  canonicalText,
  encodeBundle,
  formatCheckpoint,
  type Json,
  leafHash,
  type NodeReader,
  nodeHash,
  type NoteSigner,
  rootAt,
  signNote,
  tilePath,
  tileWidthAt,
  utf8,
} from '@portcullis/record';
import { LOG_SIGNERS } from './bundle-writer.ts';
import { ORIGIN, timeOf } from './scenario.ts';

export type LedgerChanges = {
  /** Entries from here on are others than those of a ledger without it. */
  readonly forkAt?: number;
  /** Fields of the first entries, in place of the others'. */
  readonly first?: readonly Readonly<Record<string, Json>>[];
  /** Who cosigned, and at how many entries: `checkpoint.witnessed`. */
  readonly witnessed?: { readonly size: number; readonly by: readonly NoteSigner[] };
};

/** The static files of a ledger of `size` entries, as a C2SP log publishes them. */
export function writeLedger(size: number, changes: LedgerChanges = {}): Map<string, Uint8Array> {
  const { forkAt = size, first = [], witnessed } = changes;
  const leaves = Array.from({ length: size }, (_, i) => {
    const fields = first[i] ?? { n: i < forkAt ? i : -i, type: 'test' };
    return utf8(canonicalText({ ...fields, time: timeOf(i), version: 1 }));
  });
  const memo = new Map<string, Uint8Array>();
  const read: NodeReader = (level, index) => {
    const key = `${level}/${index}`;
    const node =
      memo.get(key) ??
      (level === 0
        ? leafHash(leaves[index] as Uint8Array)
        : nodeHash(read(level - 1, 2 * index), read(level - 1, 2 * index + 1)));
    memo.set(key, node);
    return node;
  };
  const files = new Map<string, Uint8Array>();
  for (let i = 0; i * 256 < size; i++)
    files.set(
      tilePath('entries', i, tileWidthAt(0, i, size)),
      encodeBundle(leaves.slice(i * 256, (i + 1) * 256)),
    );
  for (let level = 0; tileWidthAt(level, 0, size) > 0; level++)
    for (let i = 0; tileWidthAt(level, i, size) > 0; i++) {
      const width = tileWidthAt(level, i, size);
      const nodes = Array.from({ length: width }, (_, k) => read(8 * level, 256 * i + k));
      files.set(tilePath(level, i, width), Buffer.concat(nodes));
    }
  const checkpoint = (at: number, by: readonly NoteSigner[] = []): Uint8Array =>
    utf8(
      signNote(formatCheckpoint({ origin: ORIGIN, size: at, root: rootAt(at, read) }), [
        ...LOG_SIGNERS,
        ...by,
      ]),
    );
  files.set('checkpoint', checkpoint(size));
  if (witnessed !== undefined) files.set('checkpoint.witnessed', checkpoint(witnessed.size, witnessed.by));
  return files;
}
