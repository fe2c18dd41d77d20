import { isCode, type Problem, type Rule, type Tree } from '../problem.ts';

// The words that are looked for are put together here, so that this file does not break its own rules.
const UNFINISHED = new RegExp(`\\b(?:${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'].join('|')})\\b`);
const LEFT_OUT = new RegExp(
  `\\b(?:test|it|describe|suite)\\.(?:${['on' + 'ly', 'sk' + 'ip', 'to' + 'do'].join('|')})\\(|\\b(?:on${'ly'}|to${'do'}): true\\b|\\bsk${'ip'}: (?:true|['"\`])`,
);
const MACHINE_PATH = new RegExp(
  `(?<![\\w.\\-/:}])/(?:${['ho' + 'me', 'ro' + 'ot', 'Us' + 'ers', 'wo' + 'rk', 'mn' + 't'].join('|')})/[\\w.-]|\\b[A-Z]:\\\\\\\\?Users`,
);
const REGISTRY = new RegExp(
  `\\bregistry\\.(?:npm${'js'}|yarn${'pkg'}|npm${'mirror'})|\\bnpm\\.pkg\\.github|npm-regi${'stry'}|(?:artifac${'tory'}|verdac${'cio'}|nex${'us'})\\.`,
  'i',
);

export const nothingUnfinished: Rule = {
  name: 'nothing is marked as unfinished',
  check: (tree) => search(tree, UNFINISHED, 'finish it or open an issue', isCode),
  bad: { 'packages/server/src/a.ts': `// ${'TO' + 'DO'}: later` },
};

export const noTestLeftOut: Rule = {
  name: 'no test is singled out or left out',
  check: (tree) => search(tree, LEFT_OUT, 'run every test', isCode),
  bad: {
    'test/a.test.ts': `test.${'on' + 'ly'}('x', () => {});`,
    'test/b.test.ts': `test('x', { sk${'ip'}: true }, () => {});`,
  },
};

export const noMachinePaths: Rule = {
  name: 'no path of one machine is named',
  check: (tree) =>
    search(tree, MACHINE_PATH, 'take the path as an argument, or from import.meta.dirname', () => true),
  bad: {
    'docs/a.md': `see /${'ho' + 'me'}/someone/notes`,
    'packages/server/src/a.ts': `const a = '/${'ro' + 'ot'}/x';`,
  },
};

export const noRegistryHosts: Rule = {
  name: 'no registry is named',
  check: (tree) => search(tree, REGISTRY, "leave it to npm's configuration", () => true),
  bad: { 'package-lock.json': `{"resolved": "https://registry.npm${'js'}.org/x"}` },
};

function search(tree: Tree, what: RegExp, advice: string, where: (path: string) => boolean): Problem[] {
  return [...tree.texts].flatMap(([path, text]) =>
    !where(path) || !what.test(text)
      ? []
      : text.split('\n').flatMap((line, index) => {
          const found = what.exec(line);
          return found === null ? [] : [{ path, line: index + 1, message: `holds "${found[0]}"; ${advice}` }];
        }),
  );
}
