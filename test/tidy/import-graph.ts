import { posix } from 'node:path';
import type { Import } from './parse-sources.ts';
import type { Tree } from './problem.ts';

export type Edge = Import & { readonly to: string };
export type ImportGraph = ReadonlyMap<string, readonly Edge[]>;

/** Who imports what, by path; what is outside the tree (Node, packages of others) keeps its name. */
export function importGraph(tree: Tree): ImportGraph {
  const packages = readPackages(tree);
  return new Map(
    [...tree.sources].map(([path, source]) => [
      path,
      source.imports.map((one) => ({ ...one, to: resolveImport(path, one.specifier, packages) })),
    ]),
  );
}

/** Everything that is loaded when `from` is; without what vanishes with the types. */
export function reachable(graph: ImportGraph, from: Iterable<string>, withTypes = false): Set<string> {
  const seen = new Set<string>();
  const open = [...from];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    for (const edge of graph.get(path) ?? []) if (withTypes || !edge.typeOnly) open.push(edge.to);
  }
  return seen;
}

/** Source files that a package offers, by the name under which they are imported. */
function readPackages(tree: Tree): Map<string, string> {
  const found = new Map<string, string>();
  for (const [path, text] of tree.texts) {
    if (!/^packages\/[^/]+\/package\.json$/.test(path)) continue;
    const { name, exports = {}, imports = {} } = JSON.parse(text) as Record<string, never>;
    for (const [key, target] of Object.entries({ ...(exports as object), ...(imports as object) })) {
      for (const file of sourceTargets(target)) {
        const specifier = key.startsWith('#')
          ? `${posix.dirname(path)}:${key}`
          : posix.join(String(name), key);
        if (!found.has(specifier)) found.set(specifier, posix.join(posix.dirname(path), file));
      }
    }
  }
  return found;
}

/** The `portcullis-source` files of an export, also of the conditions within it. */
export function sourceTargets(target: unknown): string[] {
  if (typeof target !== 'object' || target === null) return [];
  return Object.entries(target).flatMap(([condition, inner]) =>
    condition === 'portcullis-source' && typeof inner === 'string' ? [inner] : sourceTargets(inner),
  );
}

function resolveImport(from: string, specifier: string, packages: ReadonlyMap<string, string>): string {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier);
  const own = from.split('/').slice(0, 2).join('/');
  return packages.get(specifier) ?? packages.get(`${own}:${specifier}`) ?? specifier;
}
