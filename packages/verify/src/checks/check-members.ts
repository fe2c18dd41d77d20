import { type CaseRecord, partsKey } from '../case-record.ts';
import type { Found } from '../check-run.ts';
import type { Leaf } from '../leaf.ts';
import type { Manifest } from '../manifest.ts';
import { CASE_DECISIONS_MAX, CASE_FINDINGS_MAX } from '../limits.ts';
import { digest } from '../octets.ts';
import { quote, refuse } from '../verify-error.ts';

/** Accounts that a finding or decision covers. */
export type Members = ReadonlySet<string>;
/** By decision id. */
export type Covered = ReadonlyMap<string, Members>;

/** SHA-256 in hexadecimal of the sorted ids joined by newline. */
export function digestOfMembers(members: Iterable<string>): string {
  return digest([...members].sort().join('\n')).toString('hex');
}

/** The member lists of the case's findings and decisions are the ones that were recorded. */
export function checkMembers(record: CaseRecord, { selection }: Pick<Manifest, 'selection'>): Found<Covered> {
  if (record.opened.length === 0) refuse(`No entry opens the case ${quote(record.id)}.`);
  if (record.findingIds.size > CASE_FINDINGS_MAX || record.decisions.length > CASE_DECISIONS_MAX)
    refuse(`A case has at most ${CASE_FINDINGS_MAX} findings and ${CASE_DECISIONS_MAX} decisions.`);
  const found = new Map<Leaf, Members>();
  for (const id of record.findingIds) {
    const leaf = record.findings.find((finding) => finding.value.finding === id);
    if (leaf === undefined) return refuse(`The finding ${quote(id)} of the case is not here.`);
    const members =
      readParts(record, 'finding.members', id) ??
      refuse(`The members of the finding ${quote(id)} are not here.`);
    refuseOther(leaf, members, 'finding');
    found.set(leaf, members);
  }
  if (
    selection.accountsTotal !== record.accused.size ||
    selection.accounts.length !== record.accused.size ||
    !selection.accounts.every((account) => record.accused.has(account))
  )
    refuse('The selection of the manifest does not name exactly the accused accounts.');
  const covered = new Map<string, Members>();
  for (const decision of record.decisions) {
    const id = decision.value.decision as string;
    if (covered.has(id)) refuse(`There are two decisions ${quote(id)}.`);
    covered.set(id, coveredBy(decision, record, found, covered));
  }
  return {
    value: covered,
    sentence: `The member lists are those recorded: ${found.size} of findings, ${covered.size} of decisions, ${record.accused.size} accused accounts.`,
  };
}

/** Joins parts 1 to n; undefined where there are none. */
function readParts(
  record: CaseRecord,
  type: 'finding.members' | 'decision.members',
  id: string,
): Members | undefined {
  const parts = record.parts.get(partsKey(type, id));
  if (parts === undefined) return undefined;
  const members = new Set<string>();
  const seen = new Set<number>();
  for (const { value } of parts) {
    const part = value.part as number;
    if (value.parts !== parts.length || part < 1 || part > parts.length || seen.has(part))
      refuse(`The parts of the members of ${quote(id)} do not fit together.`);
    seen.add(part);
    for (const account of value.accounts as string[]) {
      if (members.has(account)) refuse(`The account ${quote(account)} is a member of ${quote(id)} twice.`);
      members.add(account);
    }
  }
  return members;
}

function isDigestOf(leaf: Leaf, members: Members): boolean {
  return (
    leaf.value.accounts_total === members.size && leaf.value.accounts_sha256 === digestOfMembers(members)
  );
}

function refuseOther(leaf: Leaf, members: Members, what: string): void {
  if (!isDigestOf(leaf, members))
    refuse(`The members of the ${what} in entry ${leaf.index} are not those it recorded.`);
}

/** Its own members; else those of what it confirms; else, for “all”, those of one earlier finding or of all of them together. */
function coveredBy(
  decision: Leaf,
  record: CaseRecord,
  found: ReadonlyMap<Leaf, Members>,
  covered: Covered,
): Members {
  const own = readParts(record, 'decision.members', decision.value.decision as string);
  const confirmed =
    decision.value.confirms === undefined ? undefined : covered.get(decision.value.confirms as string);
  if (own !== undefined || confirmed !== undefined) {
    const members = (own ?? confirmed) as Members;
    refuseOther(decision, members, 'decision');
    for (const account of members)
      if (!record.accused.has(account))
        refuse(
          `The decision in entry ${decision.index} covers ${quote(account)}, whom no finding of the case names.`,
        );
    return members;
  }
  if (decision.value.accounts !== 'all')
    return refuse(`The members of the decision in entry ${decision.index} are not here.`);
  const before = [...found]
    .filter(([finding]) => finding.index < decision.index)
    .map(([, members]) => members);
  const together = new Set(before.flatMap((members) => [...members]));
  return (
    [...before, together].find((members) => isDigestOf(decision, members)) ??
    refuse(`The decision in entry ${decision.index} covers accounts that no finding before it names.`)
  );
}
