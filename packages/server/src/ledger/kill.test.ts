import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { decodeEntry } from '@portcullis/record';
import { createRandom } from '../practice/rehearsal/random.ts';
import { nodeFileSystem } from '../seams/file-system-node.ts';
import { fsckDataDir } from '../start/fsck-data-dir.ts';
import { createLedgerReader } from './ledger-reader.ts';
import { startLedgerThread } from './start-ledger-thread.ts';

// Real processes, a real disk, SIGKILL at moments a seed chooses; one data directory, so that each start recovers from the kill before.

const RUNS = 4;
const SEED = 20_260_101;
const limits = { pendingEntriesMax: 1000, pendingBytesMax: 10_000_000 };
const ledger = { origin: 'ledger.example/kill', publishIntervalMs: 10, archiveIntervalMs: 50, ...limits };

/** @returns the lines that were whole when the child died */
async function runAndKill(dataDir: string, afterMs: number): Promise<string[]> {
  const child = spawn(
    process.execPath,
    [...process.execArgv, fileURLToPath(new URL('./kill-child.ts', import.meta.url)), dataDir],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const ended = once(child.stdout, 'close');
  await Promise.race([once(child.stdout, 'data'), ended]);
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  child.kill('SIGKILL');
  await ended;
  return printed.split('\n').slice(0, -1);
}

test('kill -9 at any moment loses no acknowledged entry', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'portcullis-kill-'));
  const random = createRandom(SEED);
  try {
    const acknowledged: string[] = [];
    for (let run = 0; run < RUNS; run++) {
      acknowledged.push(...(await runAndKill(dataDir, 20 + random() * 150)));
      const report = await fsckDataDir(dataDir);
      assert.ok(report.ok, `after kill ${run}: ${report.sentence}`);
    }
    assert.ok(acknowledged.length > 100, `only ${acknowledged.length} entries were acknowledged`);
    const thread = await startLedgerThread({ config: { dataDir, ledger }, software: 'portcullis test' });
    await thread.stop();
    assert.ok((await fsckDataDir(dataDir)).ok);
    const reader = createLedgerReader(dataDir, nodeFileSystem);
    for (const line of acknowledged) {
      const [index, account] = line.split(' ');
      const entry = decodeEntry(reader.entry(Number(index)) as Uint8Array);
      assert.ok(entry.type === 'account.created' && entry.account === account, `${line} was lost`);
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});
