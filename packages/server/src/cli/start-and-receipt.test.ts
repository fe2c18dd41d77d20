import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
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

  server.kill('SIGTERM');
  const [code] = await once(server, 'exit');
  assert.equal(code, 0, printed);
  const gone = await runCli(['status', '--as', 'ada'], cwd);
  assert.equal(gone.code, 3, gone.err);
});

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
