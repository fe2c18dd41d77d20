import { base64, canonicalText, decodeEntry, type Entry, type EntryType } from '@portcullis/record';
import type { LedgerEntry } from '../ledger/ledger-reader.ts';
import { belongsToCase, concernsEverybody } from './belongs-to-case.ts';
import type { BundleFolder, LineFile } from './bundle-folder.ts';
import type { ChosenRange } from './choose-range.ts';
import { createDisclosure, type Disclose } from './disclose-entry.ts';
import type { ExportPorts } from './evidence-ports.ts';
import type { FoundCase } from './find-case.ts';
import { type Item, scanLedger } from './scan-ledger.ts';
import { createWithheldFields, type WithheldFields } from './withheld-fields.ts';

/** What an accused account did in the period; derived. */
export type AccountFigures = {
  exchanges: number;
  completed: number;
  refused: number;
  inputTokens: number;
  outputTokens: number;
};

/** What the leaves of the bundle say, without the exchanges themselves: those are counted. */
export type CaseEntries = {
  /** Indices of the entries of the case, ascending. */
  readonly indices: readonly number[];
  /** How many leaves the bundle has. */
  readonly total: number;
  /** RFC 3339 times of the earliest and latest entry of the case that does not concern everybody. Clocks step, so order is no measure. */
  readonly times: { readonly from: string; readonly to: string };
  readonly figures: ReadonlyMap<string, AccountFigures>;
  /** Entries of the case of one type, in ledger order; none for exchanges. */
  of<T extends EntryType>(type: T): readonly Item<T>[];
  readonly disclosedFields: number;
  /** Appeals whose grounds are in the bundle. */
  readonly heard: ReadonlySet<string>;
  readonly withheld: WithheldFields;
};

type Writing = {
  readonly ports: Pick<ExportPorts, 'ledger' | 'content'>;
  readonly folder: BundleFolder;
  readonly found: FoundCase;
  readonly range: ChosenRange;
  readonly disclose: Disclose;
  readonly onProgress: (step: string, done: number, total: number) => void;
};

/** Writes `leaves.jsonl`, `disclosed.jsonl`, `withheld.json` and `proofs.jsonl` in two passes over the range. */
export async function writeLeaves(writing: Writing): Promise<CaseEntries> {
  const { folder, range } = writing;
  const leaves = await folder.lines('leaves.jsonl');
  const disclosed = await folder.lines('disclosed.jsonl');
  const collected = await collectEntries(writing, leaves, disclosed);
  await leaves.end();
  await disclosed.end();
  await folder.json('withheld.json', collected.withheld.items());
  await writeProofs(writing, collected.indices, range.end);
  return collected;
}

async function collectEntries(
  writing: Writing,
  leaves: LineFile,
  disclosed: LineFile,
): Promise<CaseEntries & { indices: number[] }> {
  const { ports, found, range, onProgress } = writing;
  const items = new Map<EntryType, Item[]>();
  const figures = new Map<string, AccountFigures>();
  const indices: number[] = [];
  const withheld = createWithheldFields();
  const disclosure = createDisclosure({ ...writing, disclosed, withheld });
  let total = 0;
  const times = { from: range.fromTime, to: range.fromTime };
  const visit = async (leaf: LedgerEntry): Promise<void> => {
    const entry = decodeEntry(leaf.bytes);
    const isOfCase = belongsToCase(entry, found) && isInPeriod(entry, range);
    if (!range.complete && !isOfCase) return;
    await leaves.write(leaf.bytes);
    await leaves.write('\n');
    total += 1;
    if (!isOfCase) return;
    indices.push(leaf.index);
    if (!concernsEverybody(entry)) {
      if (entry.time < times.from) times.from = entry.time;
      if (entry.time > times.to) times.to = entry.time;
    }
    if (!countExchange(entry, figures)) pushItem(items, { index: leaf.index, entry });
    await disclosure.take(leaf.index, entry);
  };
  const stretch = { from: range.complete ? range.start : 0, to: range.end };
  const count = stretch.to - stretch.from;
  await scanLedger(ports.ledger, stretch, visit, (done) => onProgress('writing leaves', done, count));
  return {
    indices,
    total,
    times,
    figures,
    of: <T extends EntryType>(type: T) => (items.get(type) ?? []) as unknown as Item<T>[],
    disclosedFields: disclosure.count(),
    heard: disclosure.heard,
    withheld,
  };
}

/** Where not every leaf is put in, faults and budgets from before the period say nothing about it. */
function isInPeriod(entry: Entry, range: ChosenRange): boolean {
  const isOfPeriod =
    entry.type === 'fault' || entry.type === 'budget.reserved' || entry.type === 'budget.spent';
  return range.complete || !isOfPeriod || entry.time >= range.fromTime;
}

function pushItem(items: Map<EntryType, Item[]>, item: Item): void {
  const known = items.get(item.entry.type);
  if (known === undefined) items.set(item.entry.type, [item]);
  else known.push(item);
}

/** @returns whether it was an exchange */
function countExchange(entry: Entry, figures: Map<string, AccountFigures>): boolean {
  if (
    entry.type !== 'exchange.admitted' &&
    entry.type !== 'exchange.completed' &&
    entry.type !== 'exchange.refused'
  )
    return false;
  const account = entry.account as string;
  let sums = figures.get(account);
  if (sums === undefined)
    figures.set(
      account,
      (sums = { exchanges: 0, completed: 0, refused: 0, inputTokens: 0, outputTokens: 0 }),
    );
  if (entry.type === 'exchange.admitted') sums.exchanges += 1;
  else if (entry.type === 'exchange.refused') sums.refused += entry.count;
  else {
    sums.completed += entry.outcome === 'complete' ? 1 : 0;
    sums.inputTokens += entry.usage.input_tokens;
    sums.outputTokens += entry.usage.output_tokens;
  }
  return true;
}

async function writeProofs(
  { ports, folder, onProgress }: Writing,
  indices: readonly number[],
  size: number,
): Promise<void> {
  const proofs = await folder.lines('proofs.jsonl');
  for (const [i, index] of indices.entries()) {
    const hashes = ports.ledger.inclusion(index, size).map(base64);
    await proofs.write(`${canonicalText({ hashes, index })}\n`);
    if (i % 256 === 0) onProgress('writing proofs', i, indices.length);
    if (i % 64 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await proofs.end();
  onProgress('writing proofs', indices.length, indices.length);
}
