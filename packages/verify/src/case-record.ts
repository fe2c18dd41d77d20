import type { Leaves } from './checks/check-leaves.ts';
import type { Leaf } from './leaf.ts';
import type { Manifest } from './manifest.ts';

/** What the leaves say about one case, in ledger order. */
export type CaseRecord = {
  readonly id: string;
  /** Ids of the findings that `case.opened` and `case.extended` name. */
  readonly findingIds: ReadonlySet<string>;
  readonly findings: readonly Leaf[];
  readonly accused: ReadonlySet<string>;
  readonly decisions: readonly Leaf[];
  readonly appeals: readonly Leaf[];
  readonly standings: readonly Leaf[];
  /** Members by finding or decision id. */
  readonly parts: ReadonlyMap<string, readonly Leaf[]>;
  /** Entries that can not be left out of the case. */
  readonly mustProve: readonly Leaf[];
};

export function readCaseRecord({ byIndex }: Leaves, manifest: Manifest): CaseRecord {
  const leaves = [...byIndex.values()].sort((a, b) => a.index - b.index);
  const ofCase = (type: string) =>
    leaves.filter((leaf) => leaf.type === type && leaf.value.case === manifest.case);
  const findingIds = new Set(
    [...ofCase('case.opened'), ...ofCase('case.extended')].map((leaf) => leaf.value.finding as string),
  );
  const parts = new Map<string, Leaf[]>();
  for (const leaf of leaves) {
    if (leaf.type !== 'finding.members' && leaf.type !== 'decision.members') continue;
    const key = partsKey(
      leaf.type,
      leaf.value[leaf.type === 'finding.members' ? 'finding' : 'decision'] as string,
    );
    const list = parts.get(key);
    if (list === undefined) parts.set(key, [leaf]);
    else list.push(leaf);
  }
  const accused = new Set<string>();
  for (const id of findingIds)
    for (const leaf of parts.get(partsKey('finding.members', id)) ?? [])
      for (const account of leaf.value.accounts as string[]) accused.add(account);
  const record = {
    id: manifest.case,
    findingIds,
    findings: leaves.filter(
      (leaf) => leaf.type === 'finding' && findingIds.has(leaf.value.finding as string),
    ),
    accused,
    decisions: ofCase('decision'),
    appeals: ofCase('appeal'),
    standings: leaves.filter((leaf) => leaf.type === 'standing.set'),
    parts,
  };
  return { ...record, mustProve: leaves.filter((leaf) => belongsToCase(leaf, record, manifest)) };
}

export function partsKey(type: 'finding.members' | 'decision.members', id: string): string {
  return `${type} ${id}`;
}

/** Entries whose `case` is the case. */
const CASE_TYPES = new Set([
  'case.opened',
  'case.extended',
  'evidence.viewed',
  'decision',
  'appeal',
  'standing.set',
]);
/** Entries whose `account` is accused. */
const ACCOUNT_TYPES = new Set([
  'account.created',
  'account.limited',
  'key.issued',
  'key.revoked',
  'exchange.admitted',
  'exchange.completed',
  'exchange.refused',
]);

function belongsToCase(leaf: Leaf, record: Omit<CaseRecord, 'mustProve'>, manifest: Manifest): boolean {
  const { type, value, time } = leaf;
  if (CASE_TYPES.has(type)) return value.case === record.id;
  if (ACCOUNT_TYPES.has(type)) return record.accused.has(value.account as string);
  if (type === 'finding' || type === 'finding.members') return record.findingIds.has(value.finding as string);
  if (type === 'decision.members')
    return record.decisions.some((decision) => decision.value.decision === value.decision);
  if (type === 'fault' || type === 'policy.loaded')
    return time >= manifest.period.from && time <= manifest.period.to;
  return false;
}
