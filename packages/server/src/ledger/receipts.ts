import {
  base64,
  decodeEntry,
  deriveSalt,
  type Entry,
  formatTlogProof,
  RECEIPT_FORMAT,
  type Receipt,
} from '@portcullis/record';
import type { ReceiptSource } from '../gate/gate-ports.ts';
import { openKept } from '../vault/open-kept.ts';
import type { Vault } from '../vault/vault.ts';
import type { LedgerReader } from './ledger-reader.ts';

export type ReceiptSourceOptions = {
  readonly reader: Pick<LedgerReader, 'published' | 'entry' | 'tlogProof' | 'inclusion'>;
  readonly vault: Pick<Vault, 'content'>;
  /** Entries that are durable, published or not; tells "pending" from "absent". Default: what is published. */
  readonly durableSize?: () => number;
  /** A cosigned checkpoint that covers the entry, where there is one; else the receipt is of the newest published one. */
  readonly cosignedFor?: (index: number) => { readonly note: string; readonly size: number } | undefined;
};

const RECEIPT_TYPES = ['exchange.admitted', 'exchange.completed', 'exchange.refused'] as const;

/**
 * Receipts from the published ledger: leaf, tlog-proof and the caller's own salts, for the account that the entry names and for nobody else.
 * To everybody else an entry does not exist.
 */
export function createReceiptSource(options: ReceiptSourceOptions): ReceiptSource {
  const { reader, vault, durableSize } = options;
  return {
    async receipt(account, index) {
      if (!Number.isSafeInteger(index) || index < 0) return { kind: 'absent' };
      const leaf = reader.entry(index);
      if (leaf === undefined) return { kind: index < (durableSize?.() ?? 0) ? 'pending' : 'absent' };
      const entry = decodeEntry(leaf);
      const proof = proofOf(options, index);
      if (proof === undefined || accountOfReceipt(entry) !== account) return { kind: 'absent' };
      const salts = await ownSalts(entry, index, vault);
      const receipt: Receipt = {
        format: RECEIPT_FORMAT,
        leaf: base64(leaf),
        proof,
        ...(salts === undefined ? {} : { salts }),
      };
      return { kind: 'receipt', json: JSON.stringify(receipt) };
    },
  };
}

function proofOf({ reader, cosignedFor }: ReceiptSourceOptions, index: number): string | undefined {
  const cosigned = cosignedFor?.(index);
  if (cosigned === undefined) return reader.tlogProof(index);
  const hashes = reader.inclusion(index, cosigned.size);
  return formatTlogProof({ index, hashes, checkpoint: cosigned.note });
}

function accountOfReceipt(entry: Entry): string | null {
  for (const type of RECEIPT_TYPES) if (entry.type === type) return entry.account;
  return null;
}

/** Undefined where there is nothing to open, or its content was erased or lost: leaf and proof hold without. */
async function ownSalts(
  entry: Entry,
  index: number,
  vault: Pick<Vault, 'content'>,
): Promise<Record<string, string> | undefined> {
  if (!('commitments' in entry)) return undefined;
  const content = await openKept(vault, index);
  if (typeof content === 'string') return undefined;
  const fields = Object.keys(entry.commitments);
  return Object.fromEntries(fields.map((field) => [field, base64(deriveSalt(content.seed, field))]));
}
