import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { hottest, without } from '../bench/harness/cpu-profile.ts';
import { flameGraph } from '../bench/harness/flame-graph.ts';
import { plainAnswer, requestBody, streamAnswer } from '../bench/harness/exchange.ts';
import { parseWrk } from '../bench/harness/load.ts';
import { markdownTable } from '../bench/harness/markdown.ts';
import { median, percentile, slope } from '../bench/harness/numbers.ts';
import { shareByPart } from '../bench/harness/profile-parts.ts';
import { cpuSeconds, parseResident, parseStat, processTree } from '../bench/harness/process-tree.ts';
import { ROOT } from './start-portcullis.ts';

// Nothing here is timed: that the benches start, measure something and end, and that their arithmetic is right.

const isLinux = existsSync('/proc/self/stat');

function runBench(name: string, ...args: readonly string[]): { status: number | null; printed: string } {
  const options = ['--conditions=portcullis-source', '--disable-warning=ExperimentalWarning'];
  const run = spawnSync(process.execPath, [...options, join(ROOT, 'bench', `${name}.ts`), ...args], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { status: run.status, printed: run.stdout + run.stderr };
}

test('percentiles are nearest ranks, medians and slopes as everybody counts them', () => {
  const samples = [5, 1, 4, 2, 3];
  assert.deepEqual(
    [0, 0.5, 0.8, 0.99, 1].map((q) => percentile(samples, q)),
    [1, 3, 4, 5, 5],
  );
  assert.ok(Number.isNaN(percentile([], 0.5)));
  assert.deepEqual([median([3, 1, 2]), median([4, 1, 2, 3])], [2, 2.5]);
  const line = [0, 1, 2, 3].map((x) => ({ x, y: 7 - 2 * x }));
  assert.ok(Math.abs(slope(line) + 2) < 1e-12);
  assert.equal(slope([{ x: 1, y: 5 }]), 0);
});

test('a process is read from /proc even if its name tries to mislead', () => {
  const line = '77 (a) b (c) R 12 77 77 0 -1 4194304 1 0 0 0 250 150 9 9 20 0 5 0 100 1 1 1';
  assert.deepEqual(parseStat(line), { name: 'a) b (c', parent: 12, cpuSeconds: 4 });
  assert.equal(parseResident('VmPeak:\t 9 kB\nVmRSS:\t   2048 kB\n'), 2 * 2 ** 20);
  assert.equal(parseResident('Name:\tzombie\n'), 0);
});

test("a process's tree holds its children and their time", { skip: !isLinux }, async (t) => {
  const grandchild = 'while (process.cpuUsage().user < 2e5); console.log(1); setTimeout(() => {}, 9000);';
  const program = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(grandchild)}], { stdio: 'inherit' })`;
  const child = spawn(process.execPath, ['-e', program], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => process.kill(-(child.pid as number), 'SIGKILL'));
  await once(child.stdout, 'data');
  const tree = processTree(child.pid as number);
  assert.equal(tree.length, 2);
  assert.ok(processTree(process.pid).includes(tree[1] as number));
  assert.ok(cpuSeconds(child.pid as number) >= 0.15, 'the time of the grandchild counts');
});

test('what wrk prints is read, and a failed request spoils the run', () => {
  const good =
    '  2 threads and 10 connections\n  60221 requests in 4.01s, 7.24MB read\nRequests/sec:  15007.63\n';
  assert.equal(parseWrk(good), 60_221);
  assert.throws(() => parseWrk(`${good}  Non-2xx or 3xx responses: 7\n`), /Non-2xx/);
  assert.throws(() => parseWrk(`${good}  Socket errors: connect 0, read 1, write 0, timeout 0\n`), /read 1/);
  assert.throws(() => parseWrk('unable to connect'), /unknown/);
});

test('the exchange that every proxy is asked is what it says', () => {
  assert.equal(Buffer.byteLength(requestBody('plain')), 1024);
  assert.equal(JSON.parse(requestBody('stream', 20)).stream, true);
  assert.match(plainAnswer().toString(), /^HTTP\/1\.1 200 OK\r\n/);
  const pieces = streamAnswer();
  assert.equal(pieces.length, 101);
  assert.match(pieces.at(-1)?.toString() ?? '', /"usage":\{.*\[DONE\]\n\n\r\n0\r\n\r\n$/s);
});

test('a profile is summed up by function, with and without what it called', () => {
  const frame = (functionName: string) => ({
    functionName,
    url: 'file:///a/b/gate-thread.ts',
    lineNumber: 1,
  });
  const nodes = [
    { id: 1, callFrame: frame('outer'), children: [2] },
    { id: 2, callFrame: frame('inner') },
    { id: 3, callFrame: { functionName: '(idle)', url: '', lineNumber: -1 } },
  ];
  const text = hottest({ nodes, samples: [1, 2, 2, 3], timeDeltas: [1000, 1000, 2000, 9000] }, 5);
  assert.match(text, /gate-thread\.ts: 4 ms busy\n own time\n +75\.0 %  inner.*\n +25\.0 %  outer/);
  assert.match(text, /with what was called\n +100\.0 %  outer/);
});

test('a flame graph has every stack that was busy, as wide as it was long, and names whose time it was', () => {
  const frame = (functionName: string, url: string) => ({ functionName, url, lineNumber: 1 });
  const nodes = [
    { id: 1, callFrame: frame('(root)', ''), children: [2, 5] },
    { id: 2, callFrame: frame('a<b', 'file:///x/packages/server/src/gate/gate.ts'), children: [3, 4] },
    { id: 3, callFrame: frame('update', 'node:internal/crypto/cipher') },
    { id: 4, callFrame: frame('write', 'node:net') },
    { id: 5, callFrame: frame('(idle)', '') },
  ];
  const profile = { nodes, samples: [3, 4, 5, 3], timeDeltas: [1000, 1000, 9000, 2000] };
  const svg = flameGraph(profile, 'a thread');
  assert.match(svg, /a thread: 4 ms busy/);
  assert.match(svg, /<title>a&lt;b gate\.ts 100\.0 %<\/title><rect x="0\.0" y="\d+" width="1200\.0"/);
  assert.match(svg, /<title>write node:net 25\.0 %<\/title><rect x="900\.0" y="\d+" width="300\.0"/);
  assert.doesNotMatch(svg, /idle/);
  assert.deepEqual(shareByPart(profile), [
    ['the gate itself', 0.75],
    ['node:http, sockets, streams', 0.25],
  ]);
  assert.deepEqual(shareByPart(without(profile, 1.5)), [['the gate itself', 1]]);
});

test('a table is Markdown', () => {
  assert.equal(markdownTable(['', 'a'], [['x', '1']]), '|  | a |\n|---|---:|\n| x | 1 |');
});

test('bench:ledger measures and ends', { skip: !isLinux }, () => {
  const { status, printed } = runBench('ledger', '--seconds', '0.1');
  assert.equal(status, 0, printed);
  assert.match(printed, /\| 1000 a second \| \d+ \| \d+\.\d\d \|/);
});

test('bench:gate measures a proxy beside the direct way and ends', { skip: !isLinux }, () => {
  const { status, printed } = runBench(
    'gate',
    '--seconds',
    '0.2',
    '--rounds',
    '1',
    '--warm',
    '0.2',
    '--only',
    'raw',
  );
  assert.equal(status, 0, printed);
  assert.match(printed, /\| raw Node \S+ \| [1-9]\d* \|/);
  assert.doesNotMatch(printed, /Not measured/);
});

test('bench:privacy:draws measures every noise and ends', () => {
  const { status, printed } = runBench('privacy/draws', '--draws', '500', '--repetitions', '1');
  assert.equal(status, 0, printed);
  assert.equal(printed.match(/^\| discrete (?:Gaussian|Laplace), .*\d/gmu)?.length, 14);
});

test('bench:memory starts the whole program, follows its memory and ends', { skip: !isLinux }, () => {
  const { status, printed } = runBench('memory', '50', '--seconds', '20');
  assert.equal(status, 0, printed);
  assert.match(printed, /\n\| 50 \| \d+ \| [1-9]\d* \|\n\nLargest [1-9]/);
});

test('bench:privacy measures accounting without the peer, says so, and ends', () => {
  const { status, printed } = runBench('privacy/accountants', '--rounds', '1', '--group', '4');
  assert.equal(status, 0, printed);
  assert.match(printed, /PYTHON is not set/);
  assert.match(printed, /\| 4: σ 0\.5, rate 0\.2, 3 steps, δ at 1 \|.* 0\.15\d+ to 0\.15\d+ \|/);
});
