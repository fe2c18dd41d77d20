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
  /** Accused accounts that were created before the leaves of the bundle begin, so that entries about them may be missing. */
  readonly createdBefore: readonly string[];
  /** Whether every leaf from the creation of the accused accounts on is here. */
  readonly isWhole: boolean;
  readonly opened: readonly Leaf[];
  readonly extended: readonly Leaf[];
  readonly decisions: readonly Leaf[];
  /** Decisions of any case. */
  readonly allDecisions: readonly Leaf[];
  readonly appeals: readonly Leaf[];
  /** People's own views, and when the detector's score was shown to whom. */
  readonly views: readonly Leaf[];
  readonly scores: readonly Leaf[];
  readonly leases: readonly Leaf[];
  /** Entries that tell that the case was mixed in and its answer known. */
  readonly known: readonly Leaf[];
  /** Accounts that were taken out of the case. */
  readonly severed: readonly Leaf[];
  /** By decision: from when it takes effect, where it was undone, where it took effect. */
  readonly windows: ReadonlyMap<string, Leaf>;
  readonly undone: ReadonlyMap<string, Leaf>;
  readonly effected: ReadonlyMap<string, Leaf>;
  readonly turns: readonly Leaf[];
  readonly viewed: readonly Leaf[];
  /** Rules on cases, each with the index from which it holds. */
  readonly adopted: ReadonlyMap<string, number>;
  readonly standings: readonly Leaf[];
  /** Members by finding or decision id. */
  readonly parts: ReadonlyMap<string, readonly Leaf[]>;
  /** Entries that can not be left out of the case. */
  readonly mustProve: readonly Leaf[];
};

export function readCaseRecord({ byIndex, range }: Leaves, manifest: Manifest): CaseRecord {
  const leaves = [...byIndex.values()].sort((a, b) => a.index - b.index);
  const ofCase = (type: string) =>
    leaves.filter((leaf) => leaf.type === type && leaf.value.case === manifest.case);
  const findingIds = new Set(
    [...ofCase('case.opened'), ...ofCase('case.extended')].map((leaf) => leaf.value.finding as string),
  );
  const parts = readParts(leaves);
  const accused = new Set<string>();
  for (const id of findingIds)
    for (const leaf of parts.get(partsKey('finding.members', id)) ?? [])
      for (const account of leaf.value.accounts as string[]) accused.add(account);
  const created = new Set(
    leaves.filter((leaf) => leaf.type === 'account.created').map((leaf) => leaf.value.account),
  );
  const isFromStart = range.complete && range.start === 0;
  const createdBefore = isFromStart ? [] : [...accused].filter((account) => !created.has(account));
  const record = {
    id: manifest.case,
    findingIds,
    findings: leaves.filter(
      (leaf) => leaf.type === 'finding' && findingIds.has(leaf.value.finding as string),
    ),
    accused,
    createdBefore,
    isWhole: range.complete && createdBefore.length === 0,
    opened: ofCase('case.opened'),
    extended: ofCase('case.extended'),
    decisions: ofCase('decision'),
    allDecisions: leaves.filter((leaf) => leaf.type === 'decision'),
    appeals: ofCase('appeal'),
    views: ofCase('view.committed'),
    scores: ofCase('score.shown'),
    leases: ofCase('case.leased'),
    severed: ofCase('account.severed'),
    known: ofCase('known.revealed'),
    windows: byDecision(ofCase('decision.window')),
    undone: byDecision(ofCase('decision.undone')),
    effected: byDecision(ofCase('decision.effected')),
    turns: leaves.filter((leaf) => leaf.type === 'switch.turned'),
    viewed: ofCase('evidence.viewed'),
    adopted: readAdopted(leaves),
    standings: leaves.filter((leaf) => leaf.type === 'standing.set'),
    parts,
  };
  const period = range.complete ? undefined : manifest.period;
  return { ...record, mustProve: leaves.filter((leaf) => belongsToCase(leaf, record, period)) };
}

/** The first of each decision. */
function byDecision(leaves: readonly Leaf[]): Map<string, Leaf> {
  const found = new Map<string, Leaf>();
  for (const leaf of leaves) {
    const id = leaf.value.decision as string;
    if (!found.has(id)) found.set(id, leaf);
  }
  return found;
}

/** The first leaf that names a rule says from where it holds. */
function readAdopted(leaves: readonly Leaf[]): Map<string, number> {
  const adopted = new Map<string, number>();
  for (const { type, value, index } of leaves) {
    if (type !== 'rules.adopted') continue;
    for (const rule of value.rules as string[]) if (!adopted.has(rule)) adopted.set(rule, index);
  }
  return adopted;
}

function readParts(leaves: readonly Leaf[]): Map<string, Leaf[]> {
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
  return parts;
}

export function partsKey(type: 'finding.members' | 'decision.members', id: string): string {
  return `${type} ${id}`;
}

/** Entries whose `case` is the case. */
const CASE_TYPES = new Set([
  'case.opened',
  'case.extended',
  'evidence.viewed',
  'view.committed',
  'score.shown',
  'case.leased',
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
  'decision',
  'appeal',
  'standing.set',
  'bundle.exported',
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
  'hold.placed',
  'hold.lifted',
]);

/** Entries that concern everybody. */
const COMMON_TYPES = new Set([
  'ledger.opened',
  'ledger.keys_rotated',
  'vault.key_rotated',
  'rules.adopted',
  'switch.turned',
  'switch.drilled',
  'operator.added',
  'operator.removed',
  'fault',
  'policy.loaded',
  'budget.reserved',
  'budget.spent',
]);

/** Whether an entry speaks of everybody rather than of the case or an account. */
export function concernsEverybody({ type, value }: Leaf): boolean {
  return COMMON_TYPES.has(type) || (type === 'content.erased' && value.account === null);
}

/** Those whose entries of before the period say nothing about it. */
const PERIOD_TYPES = new Set(['fault', 'policy.loaded', 'budget.reserved', 'budget.spent']);

/** @param period where chosen leaves are here; where every leaf of a range is, what concerns everybody is asked for over all of it */
function belongsToCase(
  leaf: Leaf,
  record: Omit<CaseRecord, 'mustProve'>,
  period: Manifest['period'] | undefined,
): boolean {
  const { type, value, time } = leaf;
  if (CASE_TYPES.has(type)) return value.case === record.id;
  if (type === 'deadline.missed') return value.of === record.id;
  if (ACCOUNT_TYPES.has(type)) return record.accused.has(value.account as string);
  if (type === 'content.erased') return value.account === null || record.accused.has(value.account as string);
  if (type === 'finding' || type === 'finding.members') return record.findingIds.has(value.finding as string);
  if (type === 'decision.members')
    return record.decisions.some((decision) => decision.value.decision === value.decision);
  if (period !== undefined && PERIOD_TYPES.has(type)) return time >= period.from && time <= period.to;
  return COMMON_TYPES.has(type);
}
