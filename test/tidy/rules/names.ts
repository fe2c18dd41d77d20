import { basename } from 'node:path';
import { isCode, type Rule } from '../problem.ts';

/** Words that say nothing about what a thing is for. */
const BANNED = new Set([
  'util',
  'utils',
  'helper',
  'helpers',
  'manager',
  'service',
  'services',
  'misc',
  'common',
]);

const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
const bannedIn = (name: string): string | undefined => wordsOf(name).find((word) => BANNED.has(word));

export const noBannedNames: Rule = {
  name: 'no file or exported name is called utils, helper, manager, service, misc or common',
  check: ({ texts, sources }) => {
    const files = [...texts.keys()].flatMap((path) => {
      const word = path
        .split('/')
        .map(bannedIn)
        .find((one) => one !== undefined);
      return word === undefined ? [] : [{ path, message: `the name holds "${word}"; say what it is for` }];
    });
    const exported = [...sources].flatMap(([path, source]) =>
      source.exportedNames.flatMap((name) =>
        bannedIn(name) === undefined ? [] : [{ path, message: `exports ${name}; say what it is for` }],
      ),
    );
    return [...files, ...exported];
  },
  bad: {
    'packages/server/src/ledger/tile-utils.ts': 'export const x = 1;',
    'packages/server/src/common/x.ts': 'export const x = 1;',
    'packages/server/src/x.ts': 'export function createLedgerManager() {}',
  },
};

export const kebabCase: Rule = {
  name: 'names of code files are in kebab-case',
  check: ({ texts }) =>
    [...texts.keys()]
      .filter((path) => isCode(path) && !/^[a-z0-9]+(?:[-.][a-z0-9]+)*$/.test(basename(path)))
      .map((path) => ({ path, message: 'rename it in kebab-case after its main export' })),
  bad: { 'packages/server/src/LedgerClient.ts': '', 'packages/server/src/ledger_client.ts': '' },
};
