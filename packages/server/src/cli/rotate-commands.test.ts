import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFileReader, readTrust, verifyLedger } from '@portcullis/verify';
import { runCli, spawnCli, temporaryFolder } from './test/run-cli.ts';

const START = ['start', '--no-rehearsal', '--port', '0', '--admin-port', '0'];
const WHY = ['--reason', 'The year is over.', '--by', 'adam'];

/** Runs the program, asks for its policy, tries `meanwhile`, and stops it. */
async function whileItRuns(t: { after(fn: () => void): void }, cwd: string, meanwhile: () => Promise<void>) {
  const server = spawnCli(START, cwd);
  t.after(() => server.kill('SIGKILL'));
  let printed = '';
  server.stdout.on('data', (text) => (printed += String(text)));
  server.stderr.on('data', (text) => (printed += String(text)));
  for (let waited = 0; !existsSync(join(cwd, 'portcullis-practice-data/run.json')); waited += 50) {
    assert.ok(waited < 60_000 && server.exitCode === null, printed);
    await sleep(50);
  }
  await meanwhile();
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  assert.deepEqual(await ended, [0, null], printed);
}

const KEY_FILES = ['ledger-ed25519.pem', 'ledger-ml-dsa-44.pem', 'link-key', 'vault-master-key'];

test('keys are changed while nothing runs, and the program goes on with the new ones', {
  timeout: 180_000,
}, async (t) => {
  const cwd = temporaryFolder(t);
  const data = join(cwd, 'portcullis-practice-data');
  const commands = [
    ['ledger', 'rotate-keys', ...WHY],
    ['vault', 'rotate-key', ...WHY],
  ];
  let policy = '';
  await whileItRuns(t, cwd, async () => {
    policy = (await runCli(['ledger', 'vkeys', '--as', 'admin'], cwd)).out;
    for (const command of commands) {
      const refused = await runCli(command, cwd);
      assert.equal(refused.code, 1);
      assert.match(refused.err, /A server runs on .*, and keys change only while none does\. Stop it/);
    }
  });
  writeFileSync(join(cwd, 'x.yaml'), 'dataDir: 7\n');
  const wrong = [
    ['ledger', 'rotate-keys'],
    ['ledger', 'rotate-keys', '--reason', ' '],
    ['vault', 'rotate-key', '--reason', 'x', '--by', 'Ada L'],
    ['vault', 'rotate-key', '--reason', 'x', '--to-env', 'NOT_SET'],
    ['vault', 'rotate-key', '--reason', 'x', '--config', 'x.yaml'],
  ];
  for (const command of wrong) assert.equal((await runCli(command, cwd)).code, 2, command.join(' '));

  const masterKey = readFileSync(join(data, 'keys/vault-master-key'), 'utf8');
  for (const command of commands) {
    const done = await runCli(command, cwd);
    assert.equal(done.code, 0, done.err);
    assert.match(
      done.out,
      /log portcullis\.localhost\/practice\+|are wrapped by local-|is wrapped by local-/,
    );
    assert.ok(!done.out.includes(masterKey.trim()));
  }
  assert.notEqual(readFileSync(join(data, 'keys/vault-master-key'), 'utf8'), masterKey);
  assert.deepEqual(readdirSync(join(data, 'keys')).sort(), KEY_FILES, 'no former key lies about');
  await whileItRuns(t, cwd, async () => {
    assert.notEqual((await runCli(['ledger', 'vkeys', '--as', 'admin'], cwd)).out, policy);
  });
  const sound = await runCli(['fsck'], cwd);
  assert.match(sound.out, /^Sound: .*The content opens\./);
  const judged = verifyLedger(createFileReader(join(data, 'ledger')), readTrust(Buffer.from(policy)));
  assert.equal(judged.verdict, 'verified, unwitnessed', JSON.stringify(judged.checks));
});
