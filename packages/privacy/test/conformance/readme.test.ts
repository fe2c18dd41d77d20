import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { BROKEN_MECHANISMS, BROKEN_SAMPLERS } from '../../src/conformance.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

test('the example of the kit runs as it stands, and finds what it says', () => {
  const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map((match) => match[1] as string);
  const example = examples.find((text) => text.includes('checkSampler'));
  assert.ok(example !== undefined);
  const printed = execFileSync(
    process.execPath,
    ['--conditions=portcullis-source', '--input-type=module-typescript', '--eval', example],
    { cwd: new URL('../..', import.meta.url), encoding: 'utf8', timeout: 240_000 },
  );
  const [own, ...broken] = printed.trim().split('\n');
  assert.equal(own, '[]');
  assert.deepEqual(
    broken,
    BROKEN_SAMPLERS.map(({ name }) => `${name} false`),
  );
});

test('the README counts right', () => {
  assert.ok(readme.includes(`then ${BROKEN_SAMPLERS.length} names`));
  assert.ok(readme.includes(`\`BROKEN_MECHANISMS\` are ${BROKEN_MECHANISMS.length} that`));
});

test('no two broken ones have the same name', () => {
  const names = [...BROKEN_SAMPLERS, ...BROKEN_MECHANISMS].map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
});
