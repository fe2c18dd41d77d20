import { importGraph, reachable } from '../import-graph.ts';
import { isTest, type Problem, type Rule, type Tree } from '../problem.ts';

const PURE = /^packages\/(?:record|verify|detection|privacy)\/src\//;

/** `record`, `verify`, `detection` and `privacy` are installed alone, so they import no sibling; their tests may import `record`. */
export const pureImportNoSibling: Rule = {
  name: 'record, verify, detection and privacy import no sibling',
  check: (tree) =>
    forEdges(tree, (from, to) => {
      if (!PURE.test(from) || isTest(from)) return undefined;
      const own = from.split('/').slice(0, 2).join('/');
      const leaves =
        (to.startsWith('packages/') && !to.startsWith(`${own}/`)) || /^(?:@portcullis\/|portcullis)/.test(to);
      return leaves ? `imports ${to}; give it what it needs as an argument` : undefined;
    }),
  bad: {
    'packages/verify/src/a.ts': "import type { Entry } from '@portcullis/record';",
    'packages/detection/src/a.ts': "export * from '../../record/src/merkle.ts';",
  },
};

/** The page can do what a token of its person's role can, so it has nothing but HTTP; proofs it checks itself. */
export const consoleImportsRecordAlone: Rule = {
  name: 'the console imports of its siblings record alone',
  check: (tree) =>
    forEdges(tree, (from, to) => {
      if (!from.startsWith('packages/console/src/') || isTest(from)) return undefined;
      const sibling = /^packages\/(?!console\/|record\/)|^(?:portcullis$|@portcullis\/|node:)/.test(to);
      return sibling ? `imports ${to}; ask the admin API` : undefined;
    }),
  bad: {
    'packages/console/src/a.ts': "import type { Route } from '../../server/src/admin/route.ts';",
    'packages/console/src/b.tsx': "import { readFileSync } from 'node:fs';",
  },
};

const SERVER = 'packages/server/src/';
/** Folders and files of the server that the gate may name; `type` ones only as types. */
const GATE_MAY: readonly [RegExp, 'any' | 'type'][] = [
  [/^(?:gate|accounts|seams|policy|vault)\//, 'any'],
  [/^(?:server-error|package-version)\.ts$/, 'any'],
  [/^ledger\/[^/]*(?:client|port|messages?|protocol)[^/]*\.ts$/, 'any'],
  [/^(?:config|ledger)\//, 'type'],
];

export const gateImports: Rule = {
  name: 'the gate imports accounts, vault sealing, seams, the append type and settings as types',
  check: (tree) =>
    forEdges(tree, (from, to, typeOnly) => {
      if (!from.startsWith(`${SERVER}gate/`) || isTest(from)) return undefined;
      if (to === 'node:sqlite' || /^packages\/(?:detection|verify)\//.test(to)) return `imports ${to}`;
      if (!to.startsWith(SERVER)) return undefined;
      const inner = to.slice(SERVER.length);
      const allowed = GATE_MAY.some(([folder, how]) => folder.test(inner) && (how === 'any' || typeOnly));
      return allowed ? undefined : `imports ${to}; take it as a port (gate-ports.ts)`;
    }),
  bad: {
    'packages/server/src/gate/a.ts': "import { x } from '../projections/x.ts';",
    'packages/server/src/gate/b.ts': "import { createLedger } from '../ledger/ledger.ts';",
    'packages/server/src/gate/c.ts': "import { DatabaseSync } from 'node:sqlite';",
    'packages/server/src/gate/d.ts': "import type { X } from '@portcullis/detection/x';",
  },
  beside: {
    'packages/detection/package.json':
      '{"name":"@portcullis/detection","exports":{"./x":{"portcullis-source":"./src/x.ts"}}}',
  },
};

/** Not even by way of something it may import: then detection can not stall traffic. */
export const gateReachesNoProjection: Rule = {
  name: 'nothing that the gate loads leads to projections, cases, admin, detection or SQLite',
  check: (tree) => {
    const graph = importGraph(tree);
    const gate = [...graph.keys()].filter((path) => path.startsWith(`${SERVER}gate/`) && !isTest(path));
    return [...reachable(graph, gate)]
      .filter(
        (path) =>
          /^packages\/server\/src\/(?:projections|cases|admin|detect|evidence)\//.test(path) ||
          path === 'node:sqlite' ||
          path.startsWith('packages/detection/'),
      )
      .map((path) => ({ path, message: 'is loaded by the gate' }));
  },
  bad: { 'packages/server/src/cases/y.ts': 'export const y = 1;' },
  beside: {
    'packages/server/src/gate/a.ts': "import { x } from '../vault/x.ts';",
    'packages/server/src/vault/x.ts': "import { y } from '../cases/y.ts';",
  },
};

const BACK_END = /^(.*\/[a-z-]+)-(?:node|sqlite|file|files|posix|memory|environment|env)\.ts$/;
const COMPOSITION = /^packages\/server\/src\/(?:main\.ts$|start\/|cli\/|threads\/|.*-thread\.ts$)/;

/** A back end is `<seam>-<back end>.ts` beside `<seam>.ts`. */
export const onlyCompositionNamesBackEnds: Rule = {
  name: 'only the composition root and the threads name back ends',
  check: (tree) =>
    forEdges(tree, (from, to) => {
      const seam = BACK_END.exec(to)?.[1];
      if (seam === undefined || !tree.texts.has(`${seam}.ts`) || !from.startsWith('packages/'))
        return undefined;
      if (isTest(from) || COMPOSITION.test(from) || BACK_END.exec(from)?.[1] === seam) return undefined;
      return `names the back end ${to}; take ${seam}.ts as an argument`;
    }),
  bad: {
    'packages/server/src/ledger/a.ts': "import { nodeFileSystem } from '../seams/file-system-node.ts';",
  },
  beside: {
    'packages/server/src/seams/file-system.ts': 'export type FileSystem = object;',
    'packages/server/src/seams/file-system-node.ts': 'export const nodeFileSystem = {};',
  },
};

export const noCycles: Rule = {
  name: 'imports have no cycles',
  check: (tree) => {
    const graph = importGraph(tree);
    return [...graph].flatMap(([path, edges]) =>
      edges
        .filter((edge) => !edge.typeOnly && reachable(graph, [edge.to]).has(path))
        .map((edge) => ({ path, line: edge.line, message: `imports ${edge.to}, which leads back here` })),
    );
  },
  bad: {
    'packages/server/src/a.ts': "export { b } from './b.ts';",
    'packages/server/src/b.ts': "import { a } from './a.ts'; export const b = a;",
  },
};

function forEdges(
  tree: Tree,
  judge: (from: string, to: string, typeOnly: boolean) => string | undefined,
): Problem[] {
  return [...importGraph(tree)].flatMap(([path, edges]) =>
    edges.flatMap((edge) => {
      const message = judge(path, edge.to, edge.typeOnly);
      return message === undefined ? [] : [{ path, line: edge.line, message }];
    }),
  );
}
