import assert from 'node:assert/strict';
import { test } from 'node:test';

// scripts/test.ts runs the checks before the tests. Repeated here, a failed one shows in the summary at the very end.
const outcomes = JSON.parse(process.env['PORTCULLIS_CHECKS'] ?? '[]') as { name: string; passed: boolean }[];

for (const { name, passed } of outcomes) {
  test(`check: ${name}`, () => {
    assert.ok(passed, `the check "${name}" failed; its output is above, before the tests`);
  });
}
