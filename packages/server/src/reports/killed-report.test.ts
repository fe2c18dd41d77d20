import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../config/load-config.ts';
import { fsckDataDir } from '../start/fsck-data-dir.ts';
import { openServer } from '../start/open-server.ts';
import { readEntries } from '../start/test/server-world.ts';
import { createAdminClient } from '../test/admin-client.ts';
import type { ListedReport } from './reports.ts';

const CHILD = fileURLToPath(new URL('./test/killed-reporter.ts', import.meta.url));
const SETTINGS = `dataDir: data
gate: { port: 0, workers: 1 }
admin: { port: 0 }
ledger: { publishIntervalMs: 20 }
detection: { enabled: false }
upstreams: [{ name: one, shape: openai, baseUrl: "http://127.0.0.1:9", apiKey: practice }]
`;

type Listed = {
  readonly reports: readonly ListedReport[];
  readonly budgets: readonly { readonly month: string; readonly spent: { readonly epsilon: number } }[];
};

/** What the ledger says of budgets after a program was killed at that look at the clock and a server was started on what it left. */
async function killAndStart(t: { after(fn: () => void): void }, killAt: number) {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-report-'));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  writeFileSync(join(folder, 'portcullis.yaml'), SETTINGS);
  const options = ['--conditions=portcullis-source', '--disable-warning=ExperimentalWarning'];
  const child = spawn(process.execPath, [...options, CHILD, folder, String(killAt)], { stdio: 'inherit' });
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  assert.equal(signal, 'SIGKILL');
  const { config } = loadConfig({ cwd: folder, env: {} });
  const server = await openServer({ config, version: '0.0.0', log: () => {} });
  const admin = createAdminClient(server.adminUrl, server.newAdmin?.token ?? '');
  const listed = await admin<Listed>('GET', '/v1/reports');
  return {
    listed,
    spent: listed.budgets.find(({ month }) => month === '2026-11')?.spent.epsilon ?? 0,
    async stop() {
      await server.stop();
      const report = await fsckDataDir(config.dataDir);
      assert.ok(report.ok, report.sentence);
      return readEntries(config.dataDir).filter(({ type }) => type.startsWith('budget.'));
    },
  };
}

for (const [killAt, when] of [
  [2, 'before the reservation was made'],
  [3, 'while noise was drawn'],
  [4, 'before the release was recorded'],
  [5, 'before anybody was told of the report'],
] as const)
  test(`killed ${when}: what may have been released is spent, and nothing else`, {
    timeout: 60_000,
  }, async (t) => {
    const { listed, spent, stop } = await killAndStart(t, killAt);
    const entries = await stop();
    const states = listed.reports.map(({ state }) => state);
    assert.deepEqual(
      { states, spent, types: entries.map(({ type }) => type) },
      {
        2: { states: [], spent: 0, types: [] },
        3: { states: ['cut_off'], spent: 1, types: ['budget.reserved', 'budget.spent'] },
        4: { states: ['cut_off'], spent: 1, types: ['budget.reserved', 'budget.spent'] },
        5: { states: ['published'], spent: 1, types: ['budget.reserved', 'budget.spent'] },
      }[killAt],
    );
    const end = entries[1];
    if (end?.type === 'budget.spent') assert.equal(end.release === null, killAt !== 5);
  });
