import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeEntry, type Entry } from '@portcullis/record';
import { createLedgerReader } from '../ledger/ledger-reader.ts';
import { nodeFileSystem } from '../seams/file-system-node.ts';
import { runCli, spawnCli, temporaryFolder } from './test/run-cli.ts';

type After = { after(fn: () => void | Promise<void>): void };
type Started = { readonly adminUrl: string; readonly printed: string; stop(): Promise<void> };

const PRACTICE = 'portcullis-practice-data';
const REAL = 'portcullis-data';
const ARGS = ['start', '--no-rehearsal', '--port', '0', '--admin-port', '0'];
const REAL_UPSTREAM = { OPENAI_API_KEY: 'sk-not-a-key', OPENAI_BASE_URL: 'http://127.0.0.1:9' };

/** Starts it, and waits until it has said all there is to say. */
async function startHere(
  t: After,
  cwd: string,
  dataDir: string,
  { more = [], env = {} }: { more?: readonly string[]; env?: Readonly<Record<string, string>> } = {},
): Promise<Started> {
  const child = spawnCli([...ARGS, ...more], cwd, env);
  t.after(() => void child.kill('SIGKILL'));
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  const runFile = join(cwd, dataDir, 'run.json');
  for (let waited = 0; !existsSync(runFile) || !/admin API/.test(printed); waited += 50) {
    assert.ok(waited < 30_000 && child.exitCode === null, printed);
    await sleep(50);
  }
  const { adminUrl } = JSON.parse(readFileSync(runFile, 'utf8')) as { adminUrl: string };
  const stop = async (): Promise<void> => {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
    assert.equal(child.exitCode, 0, printed);
  };
  return {
    adminUrl,
    get printed() {
      return printed;
    },
    stop,
  };
}

/** A port of this machine that somebody else listens on. */
async function takePort(t: After): Promise<string> {
  const other = createServer().listen(0, '127.0.0.1');
  t.after(() => void other.close());
  await once(other, 'listening');
  return String((other.address() as { port: number }).port);
}

function operatorsAdded(dataDir: string): Extract<Entry, { type: 'operator.added' }>[] {
  return [...createLedgerReader(dataDir, nodeFileSystem).entries(0)].flatMap(({ bytes }) => {
    const entry = decodeEntry(bytes);
    return entry.type === 'operator.added' ? [entry] : [];
  });
}

async function who(adminUrl: string, token: string | undefined): Promise<unknown> {
  const answer = await fetch(`${adminUrl}/v1/status`, { headers: { authorization: `Bearer ${token}` } });
  return ((await answer.json()) as { you?: unknown }).you;
}

const tokenIn = (printed: string) => /PORTCULLIS_TOKEN=(\S+)/.exec(printed)?.[1];

test('in practice, a first start that found a port taken leaves a directory that starts once it is free', {
  timeout: 180_000,
}, async (t) => {
  const cwd = temporaryFolder(t);
  const dataDir = join(cwd, PRACTICE);
  const refused = await runCli([...ARGS, '--admin-port', await takePort(t)], cwd);
  assert.equal(refused.code, 1, refused.err);
  assert.match(refused.err, /in use/);
  assert.deepEqual(operatorsAdded(dataDir), []);
  const real = await runCli([...ARGS, '--data', PRACTICE], cwd, REAL_UPSTREAM);
  assert.match(real.err, /holds a ledger of practice mode/);

  const first = await startHere(t, cwd, PRACTICE);
  const tokens = JSON.parse(readFileSync(join(dataDir, 'practice-operators.json'), 'utf8')) as {
    grace: string;
  };
  assert.deepEqual(await who(first.adminUrl, tokens.grace), { operator: 'grace', role: 'reviewer' });
  await first.stop();
});

test('a real first start that was refused shows its token when it serves; a lost one is replaced', {
  timeout: 180_000,
}, async (t) => {
  const cwd = temporaryFolder(t);
  const env = REAL_UPSTREAM;
  const refused = await runCli([...ARGS, '--admin-port', await takePort(t)], cwd, env);
  assert.equal(refused.code, 1, refused.err);
  const first = await startHere(t, cwd, REAL, { env });
  const token = tokenIn(first.printed);
  const admin = { operator: 'admin', role: 'admin' };
  assert.deepEqual(await who(first.adminUrl, token), admin);
  await first.stop();

  const second = await startHere(t, cwd, REAL, { env, more: ['--new-admin-token'] });
  const another = tokenIn(second.printed);
  assert.ok(another !== undefined && another !== token);
  assert.deepEqual(await who(second.adminUrl, another), admin);
  await second.stop();
  assert.deepEqual(
    operatorsAdded(join(cwd, REAL)).map(({ operator, by }) => [operator, by]),
    [
      ['admin', 'portcullis'],
      ['admin', 'portcullis'],
    ],
  );
});
