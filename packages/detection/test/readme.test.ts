import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

test('the example of the README runs and prints what the README says', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const example = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? '';
  const output = execFileSync(
    process.execPath,
    ['--conditions=portcullis-source', '--input-type=module-typescript', '--eval', example],
    { cwd: new URL('..', import.meta.url), encoding: 'utf8', timeout: 20_000 },
  );
  assert.match(
    output,
    /^12 No calibrated error bound yet: this raises a case for a person and can not accuse\.$/m,
  );
  assert.match(output, /12 accounts sent \d+ exchanges that share one template of \d+ fixed words/);
  assert.equal(output.match(/No calibrated/g)?.length, 1);
});
