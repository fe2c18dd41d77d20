import { UndirectedGraph } from 'graphology';
import louvainModule from 'graphology-communities-louvain';

/** Below 1, as a campaign in a graph of nearest neighbours falls apart at 1: one of twelve accounts was told as two. */
const RESOLUTION = 0.5;

// CommonJS: the import is the function itself, its types say otherwise.
const louvain = louvainModule as unknown as typeof louvainModule.default;

/**
 * Accounts that belong together: communities of the graph of nearest neighbours (Blondel et al. 2008, by graphology).
 * @param neighbours of each account, nearest first; those that are no account of `accounts` are passed over
 * @returns communities of at least two, each sorted, in the order of their first names
 */
export function findCommunities(
  accounts: readonly string[],
  neighbours: ReadonlyMap<string, readonly string[]>,
  random: () => number,
): string[][] {
  const graph = new UndirectedGraph<Record<string, never>, { weight: number }>();
  // Nodes are numbers, because a name such as "__proto__" would be lost in the library's result.
  const numbers = new Map(accounts.map((account, i) => [account, i]));
  for (const number of numbers.values()) graph.addNode(number);
  for (const [account, number] of numbers) {
    for (const name of neighbours.get(account) ?? []) {
      const other = numbers.get(name);
      if (other === undefined || other === number) continue;
      graph.updateUndirectedEdge(number, other, (attributes) => ({
        // Two that name each other are linked twice as closely.
        weight: (attributes.weight ?? 0) + 1,
      }));
    }
  }
  if (graph.size === 0) return [];
  const communityOf = louvain(graph, { getEdgeWeight: 'weight', resolution: RESOLUTION, rng: random });
  const communities = new Map<number, string[]>();
  for (const [account, number] of numbers) {
    const community = communityOf[number] as number;
    const members = communities.get(community) ?? [];
    members.push(account);
    communities.set(community, members);
  }
  return [...communities.values()]
    .filter((members) => members.length > 1)
    .map((members) => members.sort())
    .sort((a, b) => ((a[0] as string) < (b[0] as string) ? -1 : 1));
}
