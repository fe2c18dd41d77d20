import type { Found } from '../check-run.ts';
import { asExactly, asIndex, asIndexList, asList, asText, asTextList } from '../fields.ts';
import type { Leaf } from '../leaf.ts';
import { linesOf } from '../lines.ts';
import { base64Of, digest, eightBytes, hashOf, sameBytes } from '../octets.ts';
import { type Json, type JsonObject, readCanonical } from '../strict-json.ts';
import { quote, refuse } from '../verify-error.ts';
import type { BundleFiles } from './check-files.ts';
import type { Leaves } from './check-leaves.ts';
import type { CaseIndices } from './check-tree.ts';

/** `index field` of what was disclosed. */
export type Disclosed = ReadonlySet<string>;

/** `SHA-256("portcullis/commitment/v1\0" ‖ type "/" field "\0" ‖ salt ‖ u64be length ‖ value)`. */
export function commitmentOf(type: string, field: string, salt: Uint8Array, value: Uint8Array): Uint8Array {
  return digest('portcullis/commitment/v1\0', `${type}/${field}\0`, salt, eightBytes(value.length), value);
}

/** Every disclosed field opens its commitment in an entry of the case. */
export function checkDisclosure(
  files: BundleFiles,
  { byIndex }: Leaves,
  proved: CaseIndices,
): Found<Disclosed> {
  const disclosed = new Set<string>();
  let digestsOnly = 0;
  for (const line of linesOf(files.get('disclosed.jsonl') as Uint8Array, 'disclosed.jsonl')) {
    const value = readCanonical(line, 'A line of disclosed.jsonl');
    const object = asExactly(
      value,
      ['content', 'field', 'index', 'salt', 'value'],
      'A line of disclosed.jsonl',
    );
    const index = asIndex(object.index, 'index');
    const field = asText(object.field, 'field');
    const what = `${quote(field)} of entry ${index}`;
    const leaf = byIndex.get(index);
    const commitment = leaf?.commitments.get(field);
    if (leaf === undefined || !proved.has(index) || commitment === undefined)
      return refuse(`${what} is disclosed, but no entry of the case commits to it.`);
    const key = `${index} ${field}`;
    if (disclosed.has(key)) refuse(`${what} is disclosed twice.`);
    disclosed.add(key);
    if (object.content === null) digestsOnly += 1;
    const opened = openField(object, field, what);
    if (!sameBytes(commitmentOf(leaf.type, field, opened.salt, opened.value), commitment))
      refuse(`${what} is not what the entry committed to.`);
  }
  const without = digestsOnly === 0 ? '' : ` ${digestsOnly} of them only by its digest, without the content.`;
  return {
    value: disclosed,
    sentence: `All ${disclosed.size} disclosed fields are what the entries committed to.${without}`,
  };
}

/** The salt and the value; content, where there, must be the value, or have it as its SHA-256 in a field `…_sha256`. */
function openField(object: JsonObject, field: string, what: string): { salt: Uint8Array; value: Uint8Array } {
  const salt = hashOf(asText(object.salt, 'salt'), `The salt of ${what}`);
  const value = base64Of(asText(object.value, 'value'), `The value of ${what}`);
  if (object.content !== null) {
    const content = base64Of(asText(object.content, 'content'), `The content of ${what}`);
    const stated = field.endsWith('_sha256') ? digest(content) : content;
    if (!sameBytes(stated, value)) refuse(`The content of ${what} is not what was committed to.`);
  }
  return { salt, value };
}

/** Disclosed and withheld fields are together all that entries of the case commit to, and none is both. */
export function checkWithheld(
  files: BundleFiles,
  leaves: Leaves,
  proved: CaseIndices,
  disclosed: Disclosed,
): Found<true> {
  const items = asList(
    readCanonical(files.get('withheld.json') as Uint8Array, 'withheld.json'),
    'withheld.json',
  );
  const isErased = createErasures(leaves);
  const withheld = new Set<string>();
  const reasons = new Map<string, number>();
  for (const item of items) {
    const { keys, reason } = readWithheld(item, leaves, proved, isErased);
    reasons.set(reason, (reasons.get(reason) ?? 0) + keys.length);
    for (const key of keys) {
      if (disclosed.has(key)) refuse(`A field is both disclosed and withheld: ${quote(key)}.`);
      if (withheld.has(key)) refuse(`A field is withheld twice: ${quote(key)}.`);
      withheld.add(key);
    }
  }
  for (const index of proved)
    for (const field of leaves.byIndex.get(index)?.commitments.keys() ?? [])
      if (!disclosed.has(`${index} ${field}`) && !withheld.has(`${index} ${field}`))
        refuse(`${quote(field)} of entry ${index} is neither disclosed nor named as withheld.`);
  const list = [...reasons].map(([reason, count]) => `${count} ${reason}`).join(', ');
  const sentence =
    withheld.size === 0 ? 'No field is withheld.' : `Not disclosed, and named as such: ${list}.`;
  return { value: true, sentence };
}

/** Whether a later entry says that the content of an entry was erased. */
function createErasures({ byIndex }: Leaves): (leaf: Leaf) => boolean {
  const erasures = [...byIndex.values()].filter(({ type }) => type === 'content.erased');
  const newest = new Map(
    erasures
      .filter(({ value }) => value.scope === 'account')
      .sort((a, b) => a.index - b.index)
      .map((leaf) => [leaf.value.account, leaf.index]),
  );
  const byAge = erasures.filter(({ value }) => value.scope === 'age');
  return ({ index, time, value }) =>
    (newest.get(value.account ?? null) ?? -1) > index ||
    byAge.some((each) => each.index > index && time < ((each.value.before ?? '') as string));
}

function readWithheld(
  item: Json,
  { byIndex }: Leaves,
  proved: CaseIndices,
  isErased: (leaf: Leaf) => boolean,
): { keys: string[]; reason: string } {
  const object = asExactly(item, ['count', 'fields', 'indices', 'reason', 'why'], 'An item of withheld.json');
  const reason = asText(object.reason, 'reason');
  if (!['erased', 'withheld', 'not-captured'].includes(reason))
    refuse(`${quote(reason)} is no reason to withhold.`);
  asText(object.why, 'why');
  const fields = asTextList(object.fields, 'fields');
  const keys: string[] = [];
  for (const index of asIndexList(object.indices, 'indices')) {
    const leaf = proved.has(index) ? byIndex.get(index) : undefined;
    const covered = fields.filter((field) => leaf?.commitments.has(field));
    if (covered.length === 0)
      refuse(`withheld.json names entry ${index}, which commits to none of its fields.`);
    if (reason === 'erased' && !isErased(leaf as Leaf))
      refuse(`withheld.json says that entry ${index} was erased; no later entry says so.`);
    keys.push(...covered.map((field) => `${index} ${field}`));
  }
  const count = asIndex(object.count, 'count');
  if (count !== keys.length) refuse(`withheld.json counts ${count} fields where there are ${keys.length}.`);
  return { keys, reason };
}
