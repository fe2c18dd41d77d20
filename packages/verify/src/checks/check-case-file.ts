import type { CaseRecord } from '../case-record.ts';
import type { Found } from '../check-run.ts';
import { asIndexList, asObject, sameJson } from '../fields.ts';
import { type Json, type JsonObject, readCanonical } from '../strict-json.ts';
import { quote, refuse } from '../verify-error.ts';
import type { BundleFiles } from './check-files.ts';
import type { Leaves } from './check-leaves.ts';

/** Files whose items say what entries say, with the types of entries of the case that each must name. */
const FILES: Readonly<Record<string, readonly string[]>> = {
  'case.json': [
    'finding',
    'case.opened',
    'case.extended',
    'evidence.viewed',
    'rules.adopted',
    'view.committed',
    'score.shown',
    'case.leased',
    'deadline.missed',
    'decision.window',
    'decision.undone',
    'decision.effected',
    'account.severed',
    'known.revealed',
    'statement.issued',
    'link.issued',
    'link.revoked',
    'representation.received',
    'representation.acknowledged',
    'switch.turned',
    'switch.drilled',
    'decision',
    'appeal',
    'standing.set',
    'budget.reserved',
    'budget.spent',
    'hold.placed',
    'hold.lifted',
    'content.erased',
  ],
  'method.json': ['finding'],
  'health.json': [
    'fault',
    'policy.loaded',
    'ledger.opened',
    'ledger.keys_rotated',
    'vault.key_rotated',
    'evidence.viewed',
    'bundle.exported',
  ],
  'identity.json': ['account.created', 'key.issued', 'key.revoked', 'operator.added', 'operator.removed'],
  'custody.json': ['bundle.exported'],
};

/** Every item that names an index says what the leaf there says, and no file leaves out what it must name. */
export function checkCaseFile(files: BundleFiles, leaves: Leaves, record: CaseRecord): Found<true> {
  let count = 0;
  for (const [path, types] of Object.entries(FILES)) {
    const named = new Set<number>();
    visit(readCanonical(files.get(path) as Uint8Array, path), path, leaves, named);
    count += named.size;
    for (const leaf of record.mustProve)
      if (types.includes(leaf.type) && !named.has(leaf.index))
        refuse(`${path} leaves out entry ${leaf.index} (${leaf.type}).`);
  }
  checkMethod(files, record);
  return {
    value: true,
    sentence: `All ${count} items of case, method, health, identity and custody say what the entries say; reports, counts and notes beside them are the operator's words.`,
  };
}

function visit(value: Json | undefined, path: string, leaves: Leaves, named: Set<number>): void {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) {
    const object = value as JsonObject;
    if (typeof object.index === 'number') return checkItem(object, object.index, path, leaves, named);
    if (object.indices !== undefined)
      for (const index of asIndexList(object.indices, `indices in ${path}`))
        if (!leaves.byIndex.has(index)) refuse(`${path} names entry ${index}, which is not here.`);
  }
  for (const item of Object.values(value)) visit(item, path, leaves, named);
}

function checkItem(item: JsonObject, index: number, path: string, leaves: Leaves, named: Set<number>): void {
  const leaf = leaves.byIndex.get(index);
  if (leaf === undefined) return refuse(`${path} names entry ${index}, which is not here.`);
  for (const [field, value] of Object.entries(item))
    if (field !== 'index' && !(field in leaf.value && sameJson(value, leaf.value[field])))
      refuse(`${path} says of entry ${index} in ${quote(field)} what the entry does not say.`);
  named.add(index);
}

/** method.json describes a detector that made a finding of the case. */
function checkMethod(files: BundleFiles, record: CaseRecord): void {
  const method = asObject(
    readCanonical(files.get('method.json') as Uint8Array, 'method.json'),
    'method.json',
  );
  const detector = asObject(method.detector, 'detector of method.json');
  if (!record.findings.some((leaf) => sameJson(leaf.value.detector, detector)))
    refuse('method.json describes another detector than the one that made the finding.');
}
