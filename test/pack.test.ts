import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { ROOT } from './start-portcullis.ts';

const run = promisify(execFile);
const PACKAGES = ['record', 'verify', 'detection', 'privacy', 'console', 'server'];
/** What the folder of a clone has once `npm install` ran, and before anything was built. */
const WORKSPACE = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.base.json',
  'packages',
  'scripts',
];

type Manifest = {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly bin?: Readonly<Record<string, string>>;
};

/** A copy of the workspace that was never built, with the installed packages linked into it. */
function copyUnbuilt(folder: string): void {
  const isSource = (path: string): boolean => !['dist', 'node_modules'].includes(basename(path));
  for (const name of WORKSPACE)
    cpSync(join(ROOT, name), join(folder, name), { recursive: true, filter: isSource });
  const installed = join(ROOT, 'node_modules');
  const linked = join(folder, 'node_modules');
  mkdirSync(join(linked, '@portcullis'), { recursive: true });
  for (const name of readdirSync(installed).filter((each) => !/portcullis/.test(each)))
    symlinkSync(join(installed, name), join(linked, name));
  for (const name of PACKAGES)
    symlinkSync(
      join(folder, 'packages', name),
      join(linked, name === 'server' ? 'portcullis' : `@portcullis/${name}`),
    );
}

/** The files that `npm pack`, run in the package's folder, would put into it. */
async function filesOf(folder: string): Promise<string[]> {
  const shell = process.platform === 'win32';
  const { stdout } = await run('npm', ['pack', '--dry-run', '--json'], { cwd: folder, shell });
  const [packed] = Object.values(JSON.parse(stdout) as Record<string, { files: { path: string }[] }>);
  return packed?.files.map((file) => file.path) ?? [];
}

/** What a package that is installed is entered by. */
function entriesOf(folder: string): string[] {
  const { exports, bin = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const targets = Object.values(exports).flatMap((target) =>
    typeof target === 'string' ? [target] : [target['default'] ?? '', target['types'] ?? ''],
  );
  return [...targets, ...Object.values(bin)].map((path) => path.replace(/^\.\//, ''));
}

/** Whoever keeps privacy budgets elsewhere runs it: `@portcullis/privacy/testing` offers it. */
const OFFERED_SUITE = /\/budget-ledger\.suite\./;

async function checkPackage(folder: string, name: string): Promise<void> {
  const packageFolder = join(folder, 'packages', name);
  const files = await filesOf(packageFolder);
  const needed = [...entriesOf(packageFolder), 'LICENSE', 'NOTICE', 'README.md'];
  if (name === 'server') needed.push('dist/cli/main.js');
  if (name === 'verify') needed.push('dist/main.js');
  if (name === 'console') needed.push('dist/index.html', 'dist/index.html.br', 'dist/licences.md');
  const missing = needed.filter((path) => !files.includes(path));
  assert.deepEqual(missing, [], `${name} lacks these`);
  const tests = files
    .filter((path) => /\btest\b|\.suite\.|client-suite|\.tsbuildinfo/.test(path))
    .filter((path) => !OFFERED_SUITE.test(path));
  assert.deepEqual(tests, [], `${name} has tests`);
}

test('npm pack in a clone makes packages that can start: built, with their licence and without tests', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-pack-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  copyUnbuilt(folder);
  // The first one builds all of them.
  const [first = '', ...rest] = PACKAGES;
  await checkPackage(folder, first);
  await Promise.all(rest.map((name) => checkPackage(folder, name)));
});
