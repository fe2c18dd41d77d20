import assert from 'node:assert/strict';
import { type ChildProcess, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeEntry } from '@portcullis/record';
import { createLedgerReader } from '../ledger/ledger-reader.ts';
import { nodeFileSystem } from '../seams/file-system-node.ts';
import { runCli, spawnCli, temporaryFolder } from './test/run-cli.ts';

const VERIFIER = join(
  dirname(dirname(createRequire(import.meta.url).resolve('@portcullis/verify'))),
  'bin/portcullis-verify.js',
);

test('a started server is found by its folder; a caller saves a receipt that the verifier accepts', {
  timeout: 60_000,
}, async (t) => {
  const cwd = temporaryFolder(t);
  const server = spawnCli(['start', '--no-rehearsal', '--port', '0', '--admin-port', '0'], cwd);
  t.after(() => server.kill('SIGKILL'));
  let printed = '';
  for (const stream of [server.stdout, server.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  const runFile = join(cwd, 'portcullis-practice-data', 'run.json');
  for (let waited = 0; !existsSync(runFile) || !/people/.test(printed); waited += 50) {
    assert.ok(waited < 30_000 && server.exitCode === null, printed);
    await sleep(50);
  }
  const made = await runCli(['account', 'create', 'caller', '--key', '--as', 'admin', '--json'], cwd);
  assert.equal(made.code, 0, made.err);
  const { secret } = JSON.parse(made.out) as { secret: string };
  const trust = await runCli(['ledger', 'vkeys', '--as', 'iris'], cwd);
  writeFileSync(join(cwd, 'trust.policy'), trust.out);

  const { gateUrl } = JSON.parse(readFileSync(runFile, 'utf8')) as { gateUrl: string };
  const body = JSON.stringify({ model: 'practice-small', messages: [{ role: 'user', content: 'Hello' }] });
  const answer = await callGate(gateUrl, secret, body);
  const index = answer.headers.get('x-portcullis-entry') as string;
  writeFileSync(join(cwd, 'body.json'), body);
  writeFileSync(join(cwd, 'key'), secret, { mode: 0o600 });
  const saved = await runCli(['receipt', index, '--key', 'key'], cwd);
  assert.equal(saved.code, 0, saved.err);
  const receipt = join(cwd, `receipt-${index}.json`);
  assert.equal(statSync(receipt).mode & 0o077, 0);
  const args = ['receipt', receipt, '--body', 'body.json', '--trust', 'trust.policy'];
  const judged = spawnSync(process.execPath, ['--conditions=portcullis-source', VERIFIER, ...args], {
    cwd,
    encoding: 'utf8',
  });
  assert.equal(judged.status, 0, judged.stdout + judged.stderr);
  const foreign = await runCli(['receipt', '0'], cwd, { PORTCULLIS_API_KEY: secret });
  assert.equal(foreign.code, 1);
  assert.match(foreign.err, /no such receipt/);
  assert.doesNotMatch(foreign.err + saved.out + saved.err, new RegExp(secret));

  const second = await runCli(['start', '--no-rehearsal', '--port', '0', '--admin-port', '0'], cwd);
  assert.equal(second.code, 1, 'a start that failed must end by itself');
  assert.match(second.err, /Another portcullis runs on this data directory/);

  const streamed = await stopMidStream(server, gateUrl, secret);
  assert.equal(server.exitCode, 0, printed);
  assert.equal(endOf(join(cwd, 'portcullis-practice-data'), streamed), 'complete');
  const gone = await runCli(['status', '--as', 'ada'], cwd);
  assert.equal(gone.code, 3, gone.err);
});

/** SIGTERM while a stream runs: it is finished first. @returns the index of its admission */
async function stopMidStream(server: ChildProcess, gateUrl: string, secret: string): Promise<number> {
  const answer = await fetch(`${gateUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${secret}`,
      'content-type': 'application/json',
      'x-practice-fault': 'delay-token-ms=40,long-stream-tokens=20',
    },
    body: JSON.stringify({
      model: 'practice-small',
      stream: true,
      messages: [{ role: 'user', content: 'Hello' }],
    }),
  });
  const exited = once(server, 'exit');
  server.kill('SIGTERM');
  assert.match(await answer.text(), /data: \[DONE\]\s*$/);
  await exited;
  return Number(answer.headers.get('x-portcullis-entry'));
}

/** How the exchange that was admitted at an index ended, by what was published. */
function endOf(dataDir: string, admitted: number): string | undefined {
  const entries = [...createLedgerReader(dataDir, nodeFileSystem).entries(admitted)];
  for (const { bytes } of entries) {
    const entry = decodeEntry(bytes);
    if (entry.type === 'exchange.completed' && entry.admitted === admitted) return entry.outcome;
  }
  return undefined;
}

/** A new key reaches the gate within a second. */
async function callGate(gateUrl: string, secret: string, body: string): Promise<Response> {
  for (let tries = 0; ; tries++) {
    const answer = await fetch(`${gateUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body,
    });
    await answer.arrayBuffer();
    if (answer.status === 200) return answer;
    assert.ok(answer.status === 401 && tries < 20, String(answer.status));
    await sleep(100);
  }
}
