import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { REFUSAL_STATUS } from '../packages/server/src/witness/witness-state.ts';

// docs/threat-model.md says which check notices which lie. It must not name one that is not there, nor leave one of the verifier's out.

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const page = read('docs/threat-model.md');

function namedAs(kind: string): Set<string> {
  return new Set(
    [...page.matchAll(new RegExp(`\`${kind}:([A-Za-z-]+)\``, 'g'))].map((match) => match[1] ?? ''),
  );
}

/** Names that the verifier prints, as they stand in its source. */
function checksOfVerifier(): Set<string> {
  const sources = globSync('packages/verify/src/**/*.ts', { cwd: root }).map(read);
  // A check is judged under its name, or (when two readers are compared) its name is handed to what judges.
  const names = sources.flatMap((source) =>
    [...source.matchAll(/(?:run\.judge\(|open\((?:one|other), |makeRoots\(run, )'([a-z-]+)'/g)].map(
      (match) => match[1] ?? '',
    ),
  );
  return new Set(names);
}

test('every check of the verifier that the threat model names is one, and it names each', () => {
  const checks = checksOfVerifier();
  assert.ok(checks.size > 20, [...checks].join());
  assert.deepEqual([...namedAs('verify')].sort(), [...checks].sort());
});

for (const [kind, caller] of [
  ['fsck', 'fsck.ts'],
  ['start', 'open-ledger.ts'],
] as const) {
  test(`every check that the threat model names as ${kind}:… is a function that ${caller} calls`, () => {
    const calls = read(`packages/server/src/ledger/${caller}`);
    const named = [...namedAs(kind)];
    assert.ok(named.length >= 4, kind);
    for (const name of named) assert.match(calls, new RegExp(`\\b${name}\\(`), `${kind}:${name}`);
  });
}

test('every refusal and alarm of witnesses that the threat model names is one', () => {
  const refusals = [...namedAs('witness')];
  assert.ok(refusals.length >= 3);
  for (const name of refusals) assert.ok(Object.hasOwn(REFUSAL_STATUS, name), `witness:${name}`);
  const states = /ALARMS[^=]*= new Set\(\[([^\]]*)\]\)/.exec(
    read('packages/server/src/witness/witness-watch.ts'),
  );
  const alarms = [...(states?.[1] ?? '').matchAll(/'([a-z-]+)'/g)].map((match) => match[1] ?? '');
  assert.deepEqual([...namedAs('alarm')].sort(), alarms.sort());
});

test('every test that the threat model names is there', () => {
  const paths = [...page.matchAll(/`([\w./-]+\.test\.ts)`/g)].map((match) => match[1] ?? '');
  assert.ok(paths.length > 30);
  assert.deepEqual(
    paths.filter((path) => !existsSync(join(root, path))),
    [],
  );
});
