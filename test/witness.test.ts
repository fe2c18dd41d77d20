import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { parseCheckpoint, parseNote } from '@portcullis/record';
import { freePort } from '../packages/server/src/test/free-port.ts';
import { until } from '../packages/server/src/test/until.ts';
import { runCommand } from '../packages/verify/src/command-line.ts';
import { cleanEnvironment, command, openScene, type Running, type Scene } from './start-portcullis.ts';

// A ledger, a witness, and a second ledger from a copy of the first one's disk, each a process of its own, as people start them.

const run = promisify(execFile);
type Context = { after(fn: () => unknown): void };
type Ledger = {
  readonly publishedSize: number;
  readonly tlogPolicy: string;
  readonly witnessing: {
    readonly witnessed: { readonly size: number; readonly lag: number } | null;
    readonly witnesses: readonly [{ state: string; alarm: string | null; size: number; lag: number }];
  };
};

const ledgerOf = (running: Running): Promise<Ledger> => running.admin('GET', '/v1/ledger');

async function untilLedger(
  running: Running,
  what: string,
  isTrue: (ledger: Ledger) => boolean,
): Promise<Ledger> {
  let ledger = await ledgerOf(running);
  const look = async (): Promise<boolean> => isTrue((ledger = await ledgerOf(running)));
  await until(what, look, { detail: () => JSON.stringify(ledger) });
  return ledger;
}

const isAtRest = ({ witnessing, publishedSize }: Ledger): boolean =>
  witnessing.witnessed?.size === publishedSize && witnessing.witnesses[0].state === 'cosigned';

/** `portcullis witness` on one folder and port; it can be killed and started again. */
async function openWitness(t: Context) {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-witness-'));
  const children: ChildProcess[] = [];
  t.after(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const port = await freePort();
  const cli = async (...args: readonly string[]) =>
    (await run(...command('witness', ...args), { cwd: folder, env: cleanEnvironment() })).stdout;
  const made = JSON.parse(await cli('init', '--name', 'witness.example/one', '--json')) as {
    vkeys: string[];
  };
  return {
    folder,
    url: `http://127.0.0.1:${port}`,
    vkeys: made.vkeys,
    cli,
    async start(policy: string) {
      const [node, args] = command('witness', '--port', String(port), '--policy', policy, '--json');
      const child = spawn(node, args, {
        cwd: folder,
        env: cleanEnvironment(),
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      children.push(child);
      let logged = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        logged += text;
      });
      const [line] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
      assert.ok(line instanceof Buffer, logged);
      return {
        logged: () => logged,
        async stop(signal: NodeJS.Signals) {
          const ended = once(child, 'exit');
          child.kill(signal);
          return ((await ended) as [number | null])[0];
        },
      };
    },
  };
}

async function ask(running: Running, key: string): Promise<Response> {
  const body = JSON.stringify({ model: 'practice-small', messages: [{ role: 'user', content: 'Hello' }] });
  return fetch(`${running.gateUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body,
  });
}

function settings(witness: { readonly url: string; readonly vkeys: readonly string[] }): string {
  const witnesses = [{ name: 'one', url: witness.url, vkeys: witness.vkeys }];
  const witnessing = { intervalMs: 50, retryMaxMs: 100, timeoutMs: 2000 };
  // JSON is YAML.
  return JSON.stringify({ practice: true, witnesses, witnessing, ledger: { publishIntervalMs: 40 } });
}

/** A receipt of the caller that bears a cosignature, once there is one. */
async function witnessedReceipt(running: Running, key: string, index: string, path: string, policy: string) {
  for (let waited = 0; ; waited += 20) {
    const answer = await fetch(`${running.gateUrl}/receipts/${index}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    writeFileSync(path, await answer.text());
    const judged = runCommand(['receipt', path, '--trust', policy], '1');
    if (answer.status === 200) assert.equal(judged.exitCode, 0, judged.stdout);
    if (/\nVerified: /.test(judged.stdout)) return judged.stdout;
    assert.ok(waited < 5_000, judged.stdout);
    await sleep(20);
  }
}

type Witness = Awaited<ReturnType<typeof openWitness>>;
type Cast = {
  readonly witness: Witness;
  readonly first: Scene;
  readonly second: Scene;
  /** What "portcullis ledger vkeys" prints. */
  readonly policy: string;
};

test('a ledger is witnessed, goes on while its witness is killed, and a second history is never cosigned', {
  timeout: 240_000,
}, async (t) => {
  const witness = await openWitness(t);
  const first = openScene(t);
  const cast = { witness, first, second: openScene(t), policy: join(first.folder, 'trust.policy') };
  writeFileSync(join(first.folder, 'portcullis.yaml'), settings(witness));
  const again = await witnessOne(cast);
  // The disk is copied: the same keys, two histories.
  cpSync(first.folder, cast.second.folder, { recursive: true });
  const size = await goOn(cast);
  await refuseFork(cast, size);
  await checkEvidence(cast, size);
  assert.match(again.logged(), /"level":"error","event":"witness.split_view"/);
  assert.equal(await again.stop('SIGTERM'), 0);
});

/** The first ledger, from unwitnessed to a receipt that says who witnessed, through a kill. @returns the witness that runs on */
async function witnessOne({ witness, first, policy }: Cast) {
  const running = await first.start(['--no-rehearsal']);
  const isDown = ({ witnessing }: Ledger): boolean => witnessing.witnesses[0].state === 'unreachable';
  const { tlogPolicy } = await untilLedger(running, 'unreachable', isDown);
  writeFileSync(policy, tlogPolicy);
  assert.match(
    tlogPolicy,
    /\nwitness one\/ed25519 .*\nwitness one\/ml-dsa-44 .*\ngroup one all .*\nquorum one\n$/,
  );
  const { secret } = await running.admin<{ secret: string }>('POST', '/v1/accounts', {
    account: 'caller',
    key: true,
  });
  await sleep(300); // A new key reaches the gate within a second.
  assert.equal((await ask(running, secret)).status, 200, 'the ledger goes on without its witness');

  const up = await witness.start(policy);
  await untilLedger(running, 'caught up', isAtRest);
  const answer = await ask(running, secret);
  await answer.arrayBuffer();
  const index = answer.headers.get('x-portcullis-entry') as string;
  const judged = await witnessedReceipt(running, secret, index, join(first.folder, 'receipt.json'), policy);
  assert.match(
    judged,
    /pass +witnesses +A quorum cosigned: 1 of 1 trusted witnesses \(“witness.example\/one”\)/,
  );
  await up.stop('SIGKILL');
  assert.equal((await ask(running, secret)).status, 200);
  await untilLedger(running, 'down', isDown);
  const again = await witness.start(policy);
  await untilLedger(running, 'caught up again', isAtRest);
  const metrics = await (await fetch(`${running.gateUrl}/metrics`)).text();
  assert.match(metrics, /\nportcullis_witness_up\{witness="one"\} 1\n/);
  const judgedLedger = runCommand(['ledger', ledgerOfScene(first), '--trust', policy], '1');
  assert.match(judgedLedger.stdout, /\nVerified: .*1 of 1/);
  assert.equal(await running.stop('SIGTERM'), 0);
  return again;
}

const ledgerOfScene = ({ folder }: Scene): string => join(folder, 'portcullis-data/ledger');

/** The first history goes on and is cosigned. @returns its size */
async function goOn({ first }: Cast): Promise<number> {
  const running = await first.start(['--no-rehearsal']);
  for (let i = 0; i < 6; i++) await running.admin('POST', '/v1/accounts', { account: `first-${i}` });
  const { publishedSize } = await untilLedger(running, 'at rest', isAtRest);
  await running.stop('SIGTERM');
  return publishedSize;
}

/** The second history reaches the first one's size: it is never cosigned, and says so. */
async function refuseFork({ second }: Cast, size: number): Promise<void> {
  const fork = await second.start(['--no-rehearsal']);
  await untilLedger(fork, 'ahead', ({ witnessing }) => witnessing.witnesses[0].alarm === 'ahead');
  while ((await ledgerOf(fork)).publishedSize < size) {
    await fork.admin('POST', '/v1/accounts', { account: `fork-${Math.random().toString(36).slice(2)}` });
    await sleep(100); // Publications are 40 ms apart; each size is to be published.
  }
  const isSplit = ({ witnessing }: Ledger): boolean => witnessing.witnesses[0].alarm === 'inconsistent';
  const alarmed = await untilLedger(fork, 'inconsistent', isSplit);
  assert.ok((alarmed.witnessing.witnessed?.size ?? 0) < size, 'the fork was cosigned');
  const { faults } = await fork.admin<{ faults: { kind: string; detail: string }[] }>('GET', '/v1/status');
  const told = faults.find(({ kind }) => kind === 'witness')?.detail ?? '';
  assert.match(told, /another history of this ledger/);
  const options = { cwd: second.folder, env: cleanEnvironment() };
  const status = await run(...command('status', '--as', 'admin'), options);
  assert.match(status.stdout, /one: ALARM: inconsistent; cosigned \d+ at/);
  assert.equal(await fork.stop('SIGTERM'), 0);
}

/** The witness kept both notes, and each alone is a sound checkpoint. */
async function checkEvidence({ witness, first, second, policy }: Cast, size: number): Promise<void> {
  const shown = await witness
    .cli('split-views', '--out', 'evidence')
    .catch((error: { stdout: string }) => error.stdout);
  assert.match(shown, new RegExp(`two roots for ${size} entries`));
  const paths = ['1-one', '1-other'].map((name) => join(witness.folder, 'evidence', name)) as [
    string,
    string,
  ];
  for (const path of paths)
    assert.equal(parseCheckpoint(parseNote(readFileSync(path, 'utf8')).text).size, size);
  const compare = (one: string, other: string) => runCommand(['compare', one, other, '--trust', policy], '1');
  const pair = compare(...paths);
  assert.equal(pair.exitCode, 1);
  assert.match(pair.stdout, new RegExp(`FAIL +one-history +Two roots for ${size} entries`));
  assert.match(compare(ledgerOfScene(first), ledgerOfScene(second)).stdout, /\nSplit view: /);
  const own = compare(join(first.folder, 'receipt.json'), ledgerOfScene(first));
  assert.match(own.stdout, /\nConsistent: /);
}
