import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { command, openScene, ROOT, type Running, type Scene } from './start-portcullis.ts';

const run = promisify(execFile);
/** Words of the campaign's template: what its accounts wrote, in any spelling of case. */
const CONTENT = 'writing down every intermediate thought';

/** Files below a folder, but for exported bundles, which disclose content on purpose. */
function filesWithout(folder: string, left: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.startsWith(left))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

test('the rehearsal finds the campaign, two people hold it, the rest go on, and the bundle verifies', {
  timeout: 300_000,
}, async (t) => {
  const scene = openScene(t);
  const running = await scene.start(['--yes']);
  const output = await untilOver(running);
  assert.match(output, /Finding: 12 accounts act as one/);
  assert.match(output, /campaign\s+0 of 12 answered, the others refused: account_on_hold/);
  assert.match(output, /chat user\s+24 of 24 answered/);
  assert.match(output, /support bot\s+2 of 2 answered/);
  assert.match(output, /Verified, unwitnessed/);
  await callAsTold(output);
  await publishReport(scene);
  assert.deepEqual(unprinted(output), [], 'the README shows what is not printed');
  assert.equal(await running.stop('SIGTERM'), 0, running.output());
  assert.match(output, new RegExp(`“.*${CONTENT}`));
  const quoted = output.match(/“[^”]*”/g) ?? [];
  assert.equal(new Set(quoted).size, quoted.length, 'a template is quoted twice');
  const dataDir = join(scene.folder, 'portcullis-data');
  for (const path of filesWithout(dataDir, 'bundles'))
    assert.ok(
      !readFileSync(path, 'latin1').toLowerCase().includes(CONTENT),
      `${path} holds content in the clear`,
    );
  const { stdout } = await run(...command('fsck', dataDir));
  assert.match(stdout, /sound/i);
  await verifyBudgets(scene);
  await playAgain(scene);
  await refuseRealTraffic(dataDir);
});

/** A report of what was rehearsed; the same again is the same, and a budget that is spent is refused. The verifier agrees with the spending. */
async function publishReport(scene: Scene): Promise<void> {
  const dataDir = join(scene.folder, 'portcullis-data');
  const asked = `--period ${new Date().toISOString().slice(0, 7)} --so-far --delta 1e-6 --as admin`.split(
    ' ',
  );
  const report = (epsilon: string, out: string) =>
    run(
      ...command(
        'report',
        ...asked,
        '--epsilon',
        epsilon,
        '--data',
        dataDir,
        '--out',
        join(scene.folder, out),
      ),
    );
  const first = await report('1', 'first');
  assert.match(first.stdout, /It spent ε 1, δ 0\.000001/);
  const again = await report('1.0', 'again');
  assert.match(again.stdout, /nothing was spent/);
  for (const name of ['report.html', 'report.csv', 'report.json'])
    assert.deepEqual(
      readFileSync(join(scene.folder, 'again', name)),
      readFileSync(join(scene.folder, 'first', name)),
    );
  await assert.rejects(report('2.5', 'more'), { code: 1, stderr: /left ε = 2, .*has a budget of its own/ });
  const listed = await run(...command('report', 'list', '--as', 'ada', '--data', dataDir));
  assert.match(listed.stdout, /published .* ε 1, δ 0\.000001 +by admin/);
  const { stdout: keys } = await run(...command('ledger', 'vkeys', '--as', 'admin', '--data', dataDir));
  writeFileSync(join(scene.folder, 'trust.policy'), keys);
}

/** What a stranger finds of the budgets, once the ledger rests. */
async function verifyBudgets(scene: Scene): Promise<void> {
  const [node, args] = command(
    'ledger',
    join(scene.folder, 'portcullis-data/ledger'),
    '--trust',
    join(scene.folder, 'trust.policy'),
  );
  const verifier = [
    ...args.slice(0, 2),
    join(ROOT, 'packages/verify/bin/portcullis-verify.js'),
    ...args.slice(3),
  ];
  const { stdout } = await run(node, verifier);
  assert.match(stdout, /pass +budgets +1 reservations of privacy budgets keep within the limits/);
}

/** Lines of the README's excerpt that the program did not print, numbers and names of runs aside. Bars and quotes depend on the moment. */
function unprinted(output: string): string[] {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const excerpt = /```text\n(Portcullis [^]*?)```/.exec(readme)?.[1]?.split('\n') ?? [];
  assert.ok(excerpt.length > 30, 'the README has no excerpt');
  const loose = (line: string): RegExp =>
    new RegExp(
      `^${line
        .replace('…/portcullis-practice-data', '…')
        .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
        .replace(/bundle-[0-9a-f]+/, 'bundle-[0-9a-f]+')
        .replace(/ *\b\d+\b/g, ' *\\d+')
        .replaceAll('…', '.*')}$`,
      'm',
    );
  return excerpt.filter((line) => !/[█“]/.test(line) && !loose(line).test(output));
}

async function untilOver(running: Running): Promise<string> {
  for (let waited = 0; !/it fronts the real thing/.test(running.output()); waited += 250) {
    assert.ok(waited < 120_000 && running.process.exitCode === null, running.output());
    await sleep(250);
  }
  return running.output();
}

/** The campaign is another one, found and held on its own, on the same ledger. */
async function playAgain(scene: Scene): Promise<void> {
  const running = await scene.start(['--yes']);
  const output = await untilOver(running);
  assert.match(output, /Finding: 12 accounts act as one/);
  assert.match(output, /Case case-2 is open/);
  assert.doesNotMatch(output, /of this rehearsal/);
  assert.match(output, /campaign\s+0 of 12 answered, the others refused: account_on_hold/);
  assert.match(output, /Verified, unwitnessed/);
  assert.equal(await running.stop('SIGTERM'), 0, running.output());
}

async function refuseRealTraffic(dataDir: string): Promise<void> {
  const env = { ...process.env, OPENAI_API_KEY: 'sk-not-a-key' };
  const started = run(...command('start', '--data', dataDir, '--port', '0', '--admin-port', '0'), { env });
  await assert.rejects(started, { code: 1, stderr: /holds a ledger of practice mode/ });
}

/** The command that the newcomer is given, with its key, gets an answer. */
async function callAsTold(output: string): Promise<void> {
  const [, url, key] = /OPENAI_BASE_URL=(\S+) OPENAI_API_KEY=(pk_live_\S+)/.exec(output) ?? [];
  assert.ok(url !== undefined && key !== undefined, output);
  const answer = await fetch(`${url}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'practice-small', messages: [{ role: 'user', content: 'Hello' }] }),
  });
  assert.equal(answer.status, 200, await answer.text());
}
