import { readCaseFindings, readCaseMembers } from '../projections/cases-projection.ts';
import { readAccountsOfExchanges } from '../projections/exchanges-projection.ts';
import { type FindingRow, readFinding, readFindingMembers } from '../projections/findings-projection.ts';
import { readOtherCases } from '../projections/case-reads.ts';
import type { ProjectionStore } from '../projections/projection-store.ts';
import { requireCase } from './case-rules.ts';

/** A thing in the picture of a case. Accounts that nothing tells apart stand in one group, so that a campaign of thousands can be drawn. */
export type GraphNode = {
  readonly id: string;
  readonly kind: 'finding' | 'signal' | 'account' | 'group' | 'case';
  readonly label: string;
  /** How many accounts it stands for. */
  readonly accounts: number;
  /** Some of them, where it is a group. */
  readonly some?: readonly string[];
};
/** Why two things are linked, in words. */
export type GraphEdge = {
  readonly from: string;
  readonly to: string;
  readonly why: string;
  readonly count: number;
};
export type CaseGraph = { readonly nodes: readonly GraphNode[]; readonly edges: readonly GraphEdge[] };

const FINDINGS_MAX = 8;
const SOME_MAX = 20;

/** Who is linked with whom and why: by which findings name them, which signals cite them, and which other cases they are in. */
export function drawGraph(store: Pick<ProjectionStore, 'db'>, caseId: string): CaseGraph {
  const { db } = store;
  requireCase(store, caseId);
  const members = new Set(readCaseMembers(db, caseId));
  const findings = readCaseFindings(db, caseId)
    .slice(-FINDINGS_MAX)
    .flatMap((each) => readFinding(db, each.finding) ?? []);
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  const cited = addSignals(store, findings, members, nodes, edges);
  addAccounts(store, findings, members, cited, nodes, edges);
  for (const other of readOtherCases(db, caseId)) {
    nodes.push({
      id: `case:${other.case}`,
      kind: 'case',
      label: `${other.case} (${other.state})`,
      accounts: other.shared,
    });
    const why = `${other.shared} accounts of this case are in it, too.`;
    const newest = findings.at(-1);
    if (newest !== undefined)
      edges.push({ from: `finding:${newest.finding}`, to: `case:${other.case}`, why, count: other.shared });
  }
  return { nodes, edges };
}

/** Findings, their signals, and the accounts whose exchanges a signal cites. @returns those accounts */
function addSignals(
  { db }: Pick<ProjectionStore, 'db'>,
  findings: readonly FindingRow[],
  members: ReadonlySet<string>,
  nodes: GraphNode[],
  edges: GraphEdge[],
): Set<string> {
  const cited = new Set<string>();
  for (const { finding, entry } of findings) {
    const id = `finding:${finding}`;
    nodes.push({ id, kind: 'finding', label: finding, accounts: entry.accounts_total });
    for (const [i, signal] of entry.signals.entries()) {
      const signalId = `signal:${finding}:${i}`;
      nodes.push({ id: signalId, kind: 'signal', label: signal.sentence, accounts: entry.accounts_total });
      edges.push({ from: id, to: signalId, why: signal.sentence, count: signal.count });
      const byAccount = Map.groupBy(readAccountsOfExchanges(db, signal.examples), (account) => account);
      for (const [account, examples] of byAccount) {
        if (!members.has(account)) continue;
        cited.add(account);
        const why = `${examples.length} of the exchanges that it cites are this account's.`;
        edges.push({ from: signalId, to: `account:${account}`, why, count: examples.length });
      }
    }
  }
  return cited;
}

/** Cited accounts one by one; the others in groups by which findings name them. */
function addAccounts(
  { db }: Pick<ProjectionStore, 'db'>,
  findings: readonly FindingRow[],
  members: ReadonlySet<string>,
  cited: ReadonlySet<string>,
  nodes: GraphNode[],
  edges: GraphEdge[],
): void {
  const named = new Map<string, string[]>();
  for (const { finding } of findings)
    for (const account of readFindingMembers(db, finding))
      if (members.has(account)) named.set(account, [...(named.get(account) ?? []), finding]);
  const link = (to: string, by: readonly string[], count: number): void => {
    for (const finding of by)
      edges.push({ from: `finding:${finding}`, to, why: 'The finding names it.', count });
  };
  for (const account of cited) {
    nodes.push({ id: `account:${account}`, kind: 'account', label: account, accounts: 1 });
    link(`account:${account}`, named.get(account) ?? [], 1);
  }
  const rest = [...named].filter(([account]) => !cited.has(account));
  const groups = [...Map.groupBy(rest, ([, by]) => by.join(' ')).values()];
  for (const [i, group] of groups.entries()) {
    const accounts = group.map(([account]) => account);
    const id = `group:${i}`;
    const label = accounts.length === 1 ? (accounts[0] as string) : `${accounts.length} accounts`;
    nodes.push({ id, kind: 'group', label, accounts: accounts.length, some: accounts.slice(0, SOME_MAX) });
    link(id, group[0]?.[1] ?? [], accounts.length);
  }
}
