import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEd25519Cosigner, generateSigningKey } from '@portcullis/record/signing';
import { cleanEnvironment, command, openScene, type Running, type Scene } from '../start-portcullis.ts';
import type { Binaries, GoProgram } from './go-program.ts';
import { startLitewitness } from './litewitness.ts';
import type { Case, Judged, Recorder } from './outcomes.ts';
import { tamper } from './tamper.ts';

// Our programs as people start them: `portcullis start` with witnesses of others in its settings, and `portcullis witness` with a log and a
// client of others.

const TORCHWOOD = 'filippo.io/torchwood';
const LITEWITNESS = `${TORCHWOOD}/cmd/litewitness`;
const FORMATS = 'github.com/transparency-dev/formats';
const WITNESS = 'github.com/transparency-dev/witness';
const WAIT_MS = 15_000;

type Ledger = {
  readonly vkeys: readonly [string, string];
  readonly origin: string;
  readonly publishedSize: number;
  readonly witnessing: {
    readonly witnessed: { readonly size: number } | null;
    readonly witnesses: readonly { name: string; state: string; message: string }[];
  };
};

/** What the running server got from witnesses of others: kept as vectors. */
export type Collected = {
  readonly note: string;
  readonly vkeys: readonly string[];
  readonly receipt: { readonly leaf: string; readonly proof: string };
};

/** Waits until the newest published checkpoint is cosigned by all. */
async function witnessed(running: Running): Promise<Ledger> {
  let ledger = await running.admin<Ledger>('GET', '/v1/ledger');
  for (let waited = 0; ledger.witnessing.witnessed?.size !== ledger.publishedSize; waited += 50) {
    if (waited > WAIT_MS) throw new Error(`Not witnessed: ${JSON.stringify(ledger.witnessing)}`);
    await sleep(50);
    ledger = await running.admin<Ledger>('GET', '/v1/ledger');
  }
  return ledger;
}

/** `portcullis start` whose configured collector asks litewitness and the witness of transparency-dev. */
export async function checkOurServer(
  go: GoProgram,
  binaries: Binaries,
  folder: string,
  table: Recorder,
): Promise<Collected> {
  const ending: (() => unknown)[] = [];
  try {
    const scene = openScene({ after: (fn: () => Promise<void>) => void ending.push(fn) });
    const keys = await makeKeys(scene);
    const lite = await startLitewitness(go, binaries.litewitness, folder, [keys[0]]);
    ending.push(lite.stop);
    const theirs = await go.make<{ url: string; vkeys: string[] }>('witness.serve', {
      vkeys: keys,
      name: 'witness.example/theirs',
    });
    const witnesses = [
      { name: 'lite', url: lite.url, vkeys: [lite.vkey] },
      { name: 'theirs', url: theirs.url, vkeys: theirs.vkeys },
    ];
    const witnessing = { intervalMs: 50, retryMaxMs: 200 };
    writeFileSync(
      join(scene.folder, 'portcullis.yaml'),
      JSON.stringify({ practice: true, witnesses, witnessing }),
    );
    const running = await scene.start(['--no-rehearsal']);
    const collected = await checkRunning(go, running, scene, [lite.vkey, ...theirs.vkeys], table);
    await running.stop('SIGTERM');
    return collected;
  } finally {
    for (const end of ending.toReversed()) await end();
  }
}

/** A first start makes the ledger's keys, which the witnesses have to know. */
async function makeKeys(scene: Scene): Promise<readonly [string, string]> {
  writeFileSync(join(scene.folder, 'portcullis.yaml'), 'practice: true\n');
  const running = await scene.start(['--no-rehearsal']);
  const { vkeys } = await running.admin<Ledger>('GET', '/v1/ledger');
  await running.stop('SIGTERM');
  return vkeys;
}

async function checkRunning(
  go: GoProgram,
  running: Running,
  scene: Scene,
  witnessVkeys: readonly string[],
  table: Recorder,
): Promise<Collected> {
  const ledgerFolder = join(scene.folder, 'portcullis-data/ledger');
  const { vkeys: logVkeys, origin } = await witnessed(running);
  const [lite = ''] = witnessVkeys;
  const policy = `log ${logVkeys[0]}\nwitness lite ${lite}\nquorum lite\n`;
  const vkeys = [...logVkeys, ...witnessVkeys];
  const served = (): string => readFileSync(join(ledgerFolder, 'checkpoint.witnessed'), 'utf8');
  const byPolicy = (note: string) => () => go.ask('torchwood.checkpoint', { note, policy });
  const grown = async (accounts: number): Promise<Judged> => {
    for (let i = 0; i < accounts; i++) {
      const account = `account-${Math.random().toString(36).slice(2)}`;
      await running.admin('POST', '/v1/accounts', { account });
    }
    await witnessed(running);
    return byPolicy(served())();
  };
  await table.check('our running server’s checkpoint, by its collector', 'ours → theirs', LITEWITNESS, {
    sound: [
      ['as it started', () => byPolicy(served())()],
      ['grown by 1', () => grown(1)],
      ['grown by 9', () => grown(9)],
    ],
    tampered: [
      ...tamper(served()).map(([name, note]): Case => [name, byPolicy(note)]),
      [
        'the checkpoint that waits for nobody',
        byPolicy(readFileSync(join(ledgerFolder, 'checkpoint'), 'utf8')),
      ],
    ],
  });
  const byKeys = (note: string) => () => go.ask('formats.checkpoint', { note, vkeys, origin });
  await table.check(
    'the same, with 0x04 of litewitness and 0x04 and 0x06 of theirs',
    'ours → theirs',
    FORMATS,
    {
      sound: [['the checkpoint', () => byKeys(served())()]],
      tampered: tamper(served()).map(([name, note]): Case => [name, byKeys(note)]),
    },
  );
  const receipt = await receiptOf(running, () => witnessed(running));
  const other = createEd25519Cosigner('witness.example/lite', generateSigningKey('ed25519'), () => 0).vkey;
  await table.check('a receipt with a cosignature, by tlog-policy', 'ours → theirs', TORCHWOOD, {
    sound: [['the receipt', () => go.ask('torchwood.proof', { ...receipt, policy })]],
    tampered: [
      [
        'another index',
        () =>
          go.ask('torchwood.proof', {
            ...receipt,
            policy,
            proof: receipt.proof.replace(/index (\d+)/, (_, at: string) => `index ${Number(at) - 1}`),
          }),
      ],
      [
        'another witness of that name',
        () => go.ask('torchwood.proof', { ...receipt, policy: policy.replace(lite, other) }),
      ],
    ],
  });
  await checkMonitor(go, ledgerFolder, policy, table);
  return { note: served(), vkeys, receipt };
}

async function receiptOf(
  running: Running,
  settled: () => Promise<unknown>,
): Promise<{ leaf: string; proof: string }> {
  const made = await running.admin<{ secret: string }>('POST', '/v1/accounts', {
    account: 'caller',
    key: true,
  });
  await sleep(500); // A new key reaches the gate within a second.
  const headers = { authorization: `Bearer ${made.secret}`, 'content-type': 'application/json' };
  const answer = await fetch(`${running.gateUrl}/v1/chat/completions`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ model: 'practice-small', messages: [{ role: 'user', content: 'Hello' }] }),
  });
  await answer.arrayBuffer();
  await sleep(300);
  await settled();
  const index = answer.headers.get('x-portcullis-entry');
  const receipt = await fetch(`${running.gateUrl}/receipts/${index}`, { headers });
  const { leaf, proof } = (await receipt.json()) as { leaf: string; proof: string };
  return { leaf, proof };
}

/** A monitor that demands the quorum reads every entry, where `checkpoint.witnessed` is served as `checkpoint`. */
async function checkMonitor(
  go: GoProgram,
  ledgerFolder: string,
  policy: string,
  table: Recorder,
): Promise<void> {
  const prefix = mkdtempSync(join(ledgerFolder, '../monitor-'));
  cpSync(join(ledgerFolder, 'checkpoint.witnessed'), join(prefix, 'checkpoint'));
  symlinkSync(join(ledgerFolder, 'tile'), join(prefix, 'tile'));
  const read = async (folder: string): Promise<Judged> => {
    const { ok, error, out } = await go.ask('torchwood.client', { folder, policy });
    const whole = out?.['entries'] === out?.['size'];
    return { ok: ok && whole, error: ok && !whole ? 'not every entry was read' : error };
  };
  await table.check('a monitor that demands the quorum', 'ours → theirs', TORCHWOOD, {
    sound: [['what was witnessed', () => read(prefix)]],
    tampered: [['what waits for no witness', () => read(ledgerFolder)]],
  });
}

type TheirCheckpoint = { readonly note: string; readonly vkey: string; readonly hashes: string[] };

/** `portcullis witness`, a process of its own, asked by a client of others about a log of others. */
export async function checkOurWitnessProgram(go: GoProgram, folder: string, table: Recorder): Promise<void> {
  const origin = 'log.example/program';
  const make = (leaves: readonly string[], oldSize = 0) =>
    go.make<TheirCheckpoint>('log.make', { origin, leaves, oldSize });
  const first = await make(['0']);
  mkdirSync(join(folder, 'program'));
  const options = ['--name', 'witness.example/program', '--port', '0', '--data', join(folder, 'program')];
  const [node, args] = command('witness', ...options, '--log', first.vkey, '--json', '--log-level', 'error');
  const child = spawn(node, args, {
    cwd: folder,
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const witness = JSON.parse(line.toString()) as { url: string; vkeys: string[] };
    const update = (note: string, oldSize: number, hashes: readonly string[]) =>
      go.ask('witness.update', { url: witness.url, note, oldSize, hashes });
    const accepted = async ({ note, hashes }: TheirCheckpoint, oldSize: number): Promise<Judged> => {
      const { ok, error, out } = await update(note, oldSize, hashes);
      if (!ok) return { ok, error };
      const vkeys = [first.vkey, ...witness.vkeys];
      return go.ask('formats.checkpoint', { note: `${note}${out?.['body'] as string}`, vkeys, origin });
    };
    const second = await make(Array<string>(40).fill('x'), 1);
    await table.check('add-checkpoint at portcullis witness', 'theirs → ours', WITNESS, {
      sound: [
        ['the first checkpoint', () => accepted({ ...first, hashes: [] }, 0)],
        ['one that grew by 40', () => accepted(second, 1)],
        ['the same again', () => accepted({ ...second, hashes: [] }, 41)],
      ],
      tampered: [
        ['a stale size', () => update(second.note, 1, second.hashes)],
        ['a changed size', () => update(second.note.replace('\n41\n', '\n42\n'), 41, [])],
        ['an older checkpoint', () => update(first.note, 41, [])],
      ],
    });
  } finally {
    child.kill('SIGKILL');
  }
}
