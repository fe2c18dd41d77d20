import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadConfig } from '../config/load-config.ts';
import { openServer, type Server } from './open-server.ts';
import { withPracticeUpstream } from './practice.ts';

const TOKENS_A_DAY = 5_000;

type Answer = { error?: { left: number; message: string }; usage?: { total_tokens: number } };

async function ask(gateUrl: string, key: string, maxTokens: number): Promise<Answer> {
  for (let tries = 0; ; tries++) {
    const answer = await fetch(`${gateUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'practice-small',
        messages: [{ role: 'user', content: 'Hello' }],
        max_tokens: maxTokens,
      }),
    });
    // A new account reaches the gate within a second.
    if (answer.status !== 401 || tries === 20) return (await answer.json()) as Answer;
    await answer.arrayBuffer();
    await sleep(50);
  }
}

test('a day’s budget goes on after a restart: what the ledger shows for today is used', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-open-'));
  const loaded = loadConfig({ cwd: folder, env: {} }).config;
  const { config, upstream } = await withPracticeUpstream({
    ...loaded,
    gate: { ...loaded.gate, port: 0, workers: 1 },
    admin: { ...loaded.admin, port: 0 },
    detection: { ...loaded.detection, enabled: false },
  });
  let running: Server | undefined;
  t.after(async () => {
    await running?.stop();
    await upstream.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const open = async () => (running = await openServer({ config, version: 'test', log: () => {} }));
  // Over midnight (UTC) there would be another day's budget.
  const toMidnightMs = 86_400_000 - (Date.now() % 86_400_000);
  if (toMidnightMs < 15_000) await sleep(toMidnightMs);

  const first = await open();
  const made = await fetch(`${first.adminUrl}/v1/accounts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${first.newAdmin?.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ account: 'nightly', key: true, limits: { tokensPerDay: TOKENS_A_DAY } }),
  });
  const { secret } = (await made.json()) as { secret: string };
  const { usage } = await ask(first.gateUrl, secret, 100);
  assert.ok(usage !== undefined && usage.total_tokens > 0);
  await first.stop();
  running = undefined;

  const second = await open();
  const { error } = await ask(second.gateUrl, secret, TOKENS_A_DAY);
  assert.equal(error?.left, TOKENS_A_DAY - usage.total_tokens, error?.message);
});
