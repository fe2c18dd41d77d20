import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { changedSeeds } from './changed-seeds.ts';
import { TARGETS } from './targets.ts';

// What `npm run fuzz` ever found, and a moment of made-up inputs for each target. The fuzzer itself is not needed for it.

const FINDINGS = join(import.meta.dirname, 'findings');
const RUNS_MAX = 2_000;
/** A target's share of a run of all tests. */
const SHARE_MS = 80;

for (const target of TARGETS) {
  const folder = join(FINDINGS, target.name);
  const findings = existsSync(folder) ? readdirSync(folder) : [];
  test(`${target.name}: ${target.holds}`, () => {
    for (const seed of target.seeds()) target.fuzz(Buffer.from(seed));
    for (const name of findings) {
      assert.doesNotThrow(
        () => target.fuzz(readFileSync(join(folder, name))),
        `test/fuzz/findings/${target.name}/${name}`,
      );
    }
    const holds = fc.property(changedSeeds(target), (input) => target.fuzz(Buffer.from(input)));
    fc.assert(holds, { numRuns: RUNS_MAX, interruptAfterTimeLimit: SHARE_MS });
  });
}

test('every finding is of a target, and every target lies in a file of its name', () => {
  const names = TARGETS.map(({ name }) => name).sort();
  for (const folder of readdirSync(FINDINGS))
    assert.ok(names.includes(folder) || folder === 'http-heads', `findings/${folder} is of no target`);
  const files = readdirSync(join(import.meta.dirname, 'targets')).map((file) => file.replace(/\.ts$/, ''));
  assert.deepEqual(files.sort(), names);
});
