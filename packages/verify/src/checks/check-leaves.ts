import type { Found } from '../check-run.ts';
import { asExactly, asIndex, asIndexList, asObject, asTextList } from '../fields.ts';
import { type Leaf, readLeaf } from '../leaf.ts';
import { linesOf } from '../lines.ts';
import type { Manifest } from '../manifest.ts';
import { hashOf } from '../octets.ts';
import { type Json, readCanonical } from '../strict-json.ts';
import { refuse } from '../verify-error.ts';
import type { BundleFiles } from './check-files.ts';

/** What `range.json` says the leaves are. */
export type Range =
  | {
      readonly complete: true;
      readonly start: number;
      readonly end: number;
      readonly peaks: readonly Uint8Array[];
    }
  | { readonly complete: false; readonly indices: readonly number[] };

export type Leaves = { readonly range: Range; readonly byIndex: ReadonlyMap<number, Leaf> };

/** Every leaf is canonical JSON of its type's shape; their number is the one stated. */
export function checkLeaves(files: BundleFiles, manifest: Manifest): Found<Leaves> {
  const range = readRange(readCanonical(files.get('range.json') as Uint8Array, 'range.json'));
  const byIndex = new Map<number, Leaf>();
  let line = 0;
  let unknown = 0;
  for (const bytes of linesOf(files.get('leaves.jsonl') as Uint8Array, 'leaves.jsonl')) {
    const index = range.complete ? range.start + line : range.indices[line];
    if (index === undefined) return refuse('leaves.jsonl has more lines than range.json lists.');
    const leaf = readLeaf(bytes, index);
    byIndex.set(index, leaf);
    if (!leaf.known) unknown += 1;
    line += 1;
  }
  const expected = range.complete ? range.end - range.start : range.indices.length;
  if (line !== expected) refuse(`leaves.jsonl has ${line} lines where range.json speaks of ${expected}.`);
  if (line !== manifest.entries.total)
    refuse(`leaves.jsonl has ${line} lines where the manifest states ${manifest.entries.total}.`);
  const rest = unknown === 0 ? '' : ` ${unknown} are of types whose fields are not judged here.`;
  return { value: { range, byIndex }, sentence: `All ${line} entries are in canonical form.${rest}` };
}

function readRange(value: Json): Range {
  if (asObject(value, 'range.json').complete !== true) {
    const object = asExactly(value, ['complete', 'indices'], 'range.json');
    if (object.complete !== false) refuse('complete of range.json must be true or false.');
    const indices = asIndexList(object.indices, 'indices of range.json');
    if (indices.some((index, i) => i > 0 && index <= (indices[i - 1] as number)))
      refuse('indices of range.json must ascend.');
    return { complete: false, indices };
  }
  const object = asExactly(value, ['complete', 'end', 'peaks', 'start'], 'range.json');
  const start = asIndex(object.start, 'start of range.json');
  const end = asIndex(object.end, 'end of range.json');
  if (end < start) refuse('range.json ends before it starts.');
  const peaks = asTextList(object.peaks, 'peaks of range.json').map((peak) =>
    hashOf(peak, 'A peak of range.json'),
  );
  return { complete: true, start, end, peaks };
}
