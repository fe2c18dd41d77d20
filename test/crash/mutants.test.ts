import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findMutant } from './find-mutant.ts';
import { MUTANTS } from './mutants.ts';

// The harness bites: each care that is taken away is noticed. Were one not, the table would prove nothing about it.

const SEED = 1;
const CASES_MAX = 40;

for (const mutant of MUTANTS) {
  test(`noticed: ${mutant.name}`, async (t) => {
    const found = await findMutant(mutant, SEED, CASES_MAX);
    assert.ok(
      found !== undefined,
      `${mutant.name}: nothing was noticed in ${CASES_MAX} cases of ${mutant.where}`,
    );
    t.diagnostic(`${found.id}: ${found.sentence}`);
  });
}

test('each takes something else away', () => {
  assert.equal(new Set(MUTANTS.map((mutant) => mutant.name)).size, MUTANTS.length);
  assert.ok(MUTANTS.length >= 45);
});
