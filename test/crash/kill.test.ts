import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from './random.ts';
import { judgeReal, startChild } from './real-ledger.ts';

// Real processes, a real disk, SIGKILL at moments a seed chooses; one data directory, so that each start recovers from the kill before.

const RUNS = 4;
const SEED = 20_260_101;

test('kill -9 at any moment loses no acknowledged entry', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'portcullis-kill-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  const random = createRandom(SEED);
  const acknowledged: string[] = [];
  for (let run = 0; run < RUNS; run++) {
    const child = startChild(dataDir, 'flood');
    await child.lines(2);
    await sleep(20 + random() * 150);
    child.kill();
    acknowledged.push(...(await child.result()).acknowledged);
    assert.equal(await judgeReal(dataDir, acknowledged), undefined, `after kill ${run}`);
  }
  assert.ok(acknowledged.length > 100, `only ${acknowledged.length} entries were acknowledged`);
});
