import { basename, dirname } from 'node:path';
import type { Rule, Tree } from '../problem.ts';

const LICENCES = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Unlicense',
]);

type Locked = {
  license?: string;
  dev?: boolean;
  devOptional?: boolean;
  link?: boolean;
  hasInstallScript?: boolean;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
};

function readLock(tree: Tree): [string, Locked][] {
  const lock = JSON.parse(tree.texts.get('package-lock.json') ?? '{}') as {
    packages?: Record<string, Locked>;
  };
  return Object.entries(lock.packages ?? {}).filter(
    ([path, one]) => path.includes('node_modules/') && one.link !== true,
  );
}

/** Asks that changes to its own files be published, which tools that are used unchanged, and not passed on, never meet. */
const TOOL_LICENCES = new Set([...LICENCES, 'MPL-2.0']);

/** SPDX: of `A OR B` one must be allowed, of `A AND B` both. */
function isAllowed({ license, dev }: Locked): boolean {
  if (license === undefined) return false;
  const allowed = dev === true ? TOOL_LICENCES : LICENCES;
  const parts = license.replace(/[()]/g, '').split(/\s+OR\s+/);
  return parts.some((part) => part.split(/\s+AND\s+/).every((one) => allowed.has(one)));
}

export const allowedLicences: Rule = {
  name: 'every dependency has a licence of the list',
  check: (tree) =>
    readLock(tree)
      .filter(([, one]) => !isAllowed(one))
      .map(([path, one]) => ({
        path: 'package-lock.json',
        message: `${path}: ${one.license ?? 'no licence'}`,
      })),
  bad: {
    'package-lock.json':
      '{"packages":{"node_modules/a":{"license":"AGPL-3.0"},"node_modules/b":{},"node_modules/c":{"license":"MIT"},"node_modules/d":{"license":"MPL-2.0"}}}',
  },
};

/** What is installed with Portcullis runs nothing at that moment; then nobody has to trust it to. */
export const noInstallScripts: Rule = {
  name: 'no production dependency has an install script',
  check: (tree) =>
    readLock(tree)
      .filter(([, one]) => one.hasInstallScript === true && one.dev !== true && one.devOptional !== true)
      .map(([path]) => ({
        path: 'package-lock.json',
        message: `${path} runs a script when it is installed`,
      })),
  bad: { 'package-lock.json': '{"packages":{"node_modules/a":{"hasInstallScript":true}}}' },
};

/** Who installs a package alone gets its licence with it. */
export const packagesCarryLicence: Rule = {
  name: 'every package carries the licence and the notice of the repository',
  check: (tree) =>
    [...tree.texts.keys()].flatMap((path) => {
      if (!/^packages\/[^/]+\/package\.json$/.test(path)) return [];
      return ['LICENSE', 'NOTICE']
        .filter((name) => tree.texts.get(`${dirname(path)}/${name}`) !== tree.texts.get(name))
        .map((name) => ({ path, message: `copy ${name} of the repository beside it` }));
    }),
  bad: { 'packages/server/package.json': '{}' },
  beside: { LICENSE: 'Apache', NOTICE: 'us' },
};

export const exactVersions: Rule = {
  name: 'versions of dependencies are exact',
  check: (tree) =>
    [...tree.texts].flatMap(([path, text]) => {
      if (basename(path) !== 'package.json') return [];
      const manifest = JSON.parse(text) as Record<string, Record<string, string> | undefined>;
      return ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'].flatMap((kind) =>
        Object.entries(manifest[kind] ?? {})
          .filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))
          .map(([name, version]) => ({ path, message: `${kind}: ${name} is ${version}; name one version` })),
      );
    }),
  bad: { 'packages/server/package.json': '{"dependencies":{"a":"^1.0.0"}}' },
};

const LOCKED_FIELDS = [
  'version',
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'engines',
  'bin',
];

/** Otherwise `npm install` would change a file of a fresh checkout. */
export const lockFollowsManifests: Rule = {
  name: 'package-lock.json says what the package.json files say',
  check: (tree) => {
    const lock = JSON.parse(tree.texts.get('package-lock.json') ?? '{}') as {
      packages?: Record<string, Record<string, unknown>>;
    };
    return [...tree.texts].flatMap(([path, text]) => {
      if (!/^(?:packages\/[^/]+\/)?package\.json$/.test(path)) return [];
      const manifest = JSON.parse(text) as Record<string, unknown>;
      const locked = lock.packages?.[dirname(path) === '.' ? '' : dirname(path)] ?? {};
      return LOCKED_FIELDS.filter((field) => spell(manifest[field]) !== spell(locked[field])).map(
        (field) => ({
          path,
          message: `${field} is not in package-lock.json; run npm install --package-lock-only`,
        }),
      );
    });
  },
  bad: { 'packages/server/package.json': '{"engines":{"node":">=20"}}' },
  beside: { 'package-lock.json': '{"packages":{"packages/server":{"engines":{"node":">=18"}}}}' },
};

/**
 * `npm ci` refuses a lock that lacks any package's dependency, those for other platforms too; `npm install` over installed
 * packages can write such a lock and does not say so.
 */
export const lockIsComplete: Rule = {
  name: 'package-lock.json holds every dependency of every package, for every platform',
  check: (tree) => {
    const lock = JSON.parse(tree.texts.get('package-lock.json') ?? '{}') as {
      packages?: Record<string, Locked>;
    };
    const paths = new Set(Object.keys(lock.packages ?? {}));
    return Object.entries(lock.packages ?? {}).flatMap(([path, { dependencies, optionalDependencies }]) =>
      Object.keys({ ...dependencies, ...optionalDependencies })
        .filter((name) => !foldersAbove(path).some((folder) => paths.has(`${folder}node_modules/${name}`)))
        .map((name) => ({
          path: 'package-lock.json',
          message: `${name}, wanted by ${path || 'the workspace'}, is missing; remove node_modules and package-lock.json, then run npm install`,
        })),
    );
  },
  bad: {
    'package-lock.json': '{"packages":{"node_modules/a":{"optionalDependencies":{"a-win32":"1.0.0"}}}}',
  },
};

/** Where Node looks for what a package imports: its own folder, then every folder above it, the root last. */
function foldersAbove(path: string): string[] {
  const parts = path === '' ? [] : path.split('/');
  return parts.map((_, index) => `${parts.slice(0, parts.length - index).join('/')}/`).concat('');
}

/** npm sorts names, leaves `./` out of paths and empty objects out. */
function spell(field: unknown): string {
  if (typeof field !== 'object' || field === null) return String(field);
  const entries = Object.entries(field).map(
    ([name, value]) => [name, String(value).replace(/^\.\//, '')] as const,
  );
  return entries.length === 0
    ? 'undefined'
    : JSON.stringify(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
