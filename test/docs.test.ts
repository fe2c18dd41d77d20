import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { parseTrafficLine } from '@portcullis/detection';
import { renewParts } from '../scripts/generated-parts.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const pages = globSync(['*.md', 'docs/**/*.md', 'packages/*/*.md'], { cwd: root }).filter(
  (path) => !path.includes('node_modules'),
);

test('links between pages lead somewhere', () => {
  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)]
      .map((link) => link[1] ?? '')
      .filter((target) => !existsSync(join(root, dirname(page), target)))
      .map((target) => `${page}: ${target}`),
  );
  assert.deepEqual(broken, []);
});

test('the table of settings is the schema (npm run docs renews it)', () => {
  const page = read('docs/operating.md');
  assert.equal(page, renewParts(page));
  assert.match(page, /\| `gate\.bodyBytesMax` \| `33554432` \|/);
});

test('every error code of the gate and every metric is explained', () => {
  const page = read('docs/operating.md');
  const codes =
    /export type RefusalCode =([^;]*);/.exec(read('packages/server/src/gate/refusal.ts'))?.[1] ?? '';
  const names = [...codes.matchAll(/'([a-z_]+)'/g)].map((match) => match[1] ?? '');
  const metrics = [
    'gate/gate-metrics.ts',
    'gate/loop-delay.ts',
    'start/process-metrics.ts',
    'witness/witnessing-status.ts',
  ].flatMap((file) => [
    ...read(`packages/server/src/${file}`).matchAll(/'((?:portcullis|gen_ai|process)_[a-z_]+)'/g),
  ]);
  assert.ok(names.length > 20 && metrics.length > 5);
  const missing = [...names, ...metrics.map((match) => match[1] ?? '')].filter(
    (name) => !page.includes(`\`${name}\``),
  );
  assert.deepEqual(missing, []);
});

test('the README has the two commands as they are run', () => {
  const readme = read('README.md');
  assert.ok(readme.includes('npm install && npm start'));
  assert.ok(readme.includes('npm install && npm test'));
  assert.ok(read('.ci/run').includes('\nnpm install && npm test\n'));
});

test('documentation makes no claim that a rule or a court would have to make', () => {
  // Built from parts, so that a page about words may name them in quotes.
  const claims =
    /(?<!["“`\w-])(?:unbreakable|tamper-?proof|fully compliant|court-admissible|military-grade|bulletproof)(?!["”`])/i;
  const found = pages.filter((page) => claims.test(read(page)));
  assert.deepEqual(found, []);
});

test('the example lines of exported traffic are read, and name every field', () => {
  const page = read('docs/hunting.md');
  const lines = (/```json\n([^]*?)```/.exec(page)?.[1] ?? '').trim().split('\n');
  const traffic = lines.map((line, at) => parseTrafficLine(line, at));
  assert.deepEqual(
    traffic.map(({ prompt }) => prompt),
    ['How do I mend a fence?', 'hello'],
  );
  const empty = Object.entries(traffic[1] ?? {}).filter(([, value]) => value === null);
  assert.deepEqual(empty, []);
});
