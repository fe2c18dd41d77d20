import { posix } from 'node:path';
import { importGraph, reachable, sourceTargets } from '../import-graph.ts';
import { isTest, type Rule, type Tree } from '../problem.ts';

/** Files that something other than an import starts. */
const ENTRIES =
  /^(?:scripts\/[^/]+|test\/fresh-clone|test\/interop\/(?:run|write-vectors)|test\/fuzz\/run|test\/faults\/run|test\/soak\/(?:run|serve)|test\/privacy\/draws|test\/crash\/(?:run|run-strace|append-child)|test\/fuzz\/engine\/(?:entry|strip-types(?:-hook)?)|bench\/.*|packages\/[^/]+\/(?:bin\/.*|vite\.config|src\/main|src\/hearing\/main|src\/cli\/main|src\/cli|src\/practice\/upstream\/serve|test\/write-[a-z-]+))\.(?:m?[jt]s|tsx)$/;

export const noDeadFiles: Rule = {
  name: 'every file is reached from an entry point or a test',
  check: (tree) => {
    const graph = importGraph(tree);
    const tests = [...tree.sources.keys()].filter((path) => path.endsWith('.test.ts'));
    const entries = [...tree.sources.keys()].filter((path) => ENTRIES.test(path));
    const alive = reachable(graph, [...tests, ...entries, ...exportedFiles(tree)], true);
    return [...tree.sources.keys()]
      .filter((path) => !alive.has(path))
      .map((path) => ({
        path,
        message: `nothing imports it${isTest(path) ? ', not even a test' : ''}; take it out`,
      }));
  },
  bad: { 'packages/server/src/left-over.ts': 'export const x = 1;' },
};

function exportedFiles(tree: Tree): string[] {
  return [...tree.texts].flatMap(([path, text]) => {
    if (!/^packages\/[^/]+\/package\.json$/.test(path)) return [];
    const { exports, imports } = JSON.parse(text) as { exports?: unknown; imports?: unknown };
    const folder = posix.dirname(path);
    return [...sourceTargets(exports), ...sourceTargets(imports)].map((file) => posix.join(folder, file));
  });
}
