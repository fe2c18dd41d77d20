import { base64, decodeEntry, type Entry, leafHash } from '@portcullis/record';
import type { Person } from '../accounts/operators.ts';
import { hidesFrom } from '../cases/hides-from.ts';
import type { LedgerReader } from '../ledger/ledger-reader.ts';
import type { ProjectionStore } from '../projections/projection-store.ts';
import { ServerError } from '../server-error.ts';

/** The published ledger, as far as the admin API tells of it. */
export type PublishedLedger = Pick<LedgerReader, 'entries' | 'entry' | 'tlogProof'> & {
  readonly published: () => { readonly checkpoint: { readonly size: number } } | undefined;
};

export type ListedEntry = { readonly index: number; readonly type: string; readonly time: string } & (
  | { readonly entry: Entry }
  /** It would tell a person what they have not looked at themselves yet. */
  | { readonly withheld: true }
);

const PAGE_ENTRIES = 100;

type Given = { readonly published: PublishedLedger; readonly store: ProjectionStore; readonly by: Person };

function list({ store, by }: Given, index: number, bytes: Uint8Array): ListedEntry {
  const entry = decodeEntry(bytes);
  const told = { index, type: entry.type, time: entry.time };
  return hidesFrom(store, entry, by) ? { ...told, withheld: true } : { ...told, entry };
}

/** A page of entries, newest first. @param before an index; left out, from the newest on */
export function listEntries(given: Given, before: number | undefined) {
  const size = given.published.published()?.checkpoint.size ?? 0;
  const end = Math.min(before ?? size, size);
  const start = Math.max(0, end - PAGE_ENTRIES);
  const page = [...given.published.entries(start, end)].map(({ index, bytes }) => list(given, index, bytes));
  return { size, entries: page.toReversed(), next: start > 0 ? start : null };
}

/**
 * One entry with its proof against the published checkpoint. A withheld one comes as its hash alone, with which the proof still verifies.
 * @throws ServerError `not-found`
 */
export function proveEntry(given: Given, index: number) {
  const leaf = given.published.entry(index);
  const proof = given.published.tlogProof(index);
  if (leaf === undefined || proof === undefined)
    throw new ServerError(
      'not-found',
      'The ledger has published no such entry yet. List them: GET /v1/ledger/entries.',
    );
  const listed = list(given, index, leaf);
  return {
    ...listed,
    leaf: 'withheld' in listed ? null : base64(leaf),
    leafHash: base64(leafHash(leaf)),
    proof,
  };
}
