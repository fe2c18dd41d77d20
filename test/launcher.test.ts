import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';

const folder = mkdtempSync(join(tmpdir(), 'portcullis-launcher-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const launcher = join(import.meta.dirname, '../packages/server/bin/portcullis.js');
const windows = process.platform === 'win32' ? 'no shell scripts there' : false;

function write(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** A checkout with the real launcher and a command line that tells how it was started. */
function makeCheckout(name: string): string {
  const root = join(folder, name);
  write(join(root, 'packages/server/package.json'), '{"type":"module"}');
  write(
    join(root, 'packages/server/src/cli/main.ts'),
    'const told: string[] = process.execArgv; console.log(JSON.stringify({ told, args: process.argv.slice(2) })); process.exitCode = 5;',
  );
  mkdirSync(join(root, 'packages/server/bin'));
  cpSync(launcher, join(root, 'packages/server/bin/portcullis.js'));
  return root;
}

const binOf = (root: string): string => join(root, 'packages/server/bin/portcullis.js');
const env = { ...process.env, NODE_OPTIONS: '' };

/** As if Node had to be newer than any. */
function needNewerNode(root: string): void {
  const source = readFileSync(binOf(root), 'utf8');
  assert.match(source, /const NODE_MIN = \[24, 8\];/);
  writeFileSync(binOf(root), source.replace('const NODE_MIN = [24, 8];', 'const NODE_MIN = [99, 0];'));
}

/** The package that brings a Node, here a shell script. */
function installPinned(root: string, script: string): void {
  const home = join(root, `node_modules/node-${process.platform}-${process.arch}`);
  write(join(home, 'package.json'), '{"version":"99.1.0"}');
  chmodSync(write(join(home, 'bin/node'), script), 0o755);
}

test('in a workspace the sources run, with the condition that resolves siblings to theirs', () => {
  const root = makeCheckout('source');
  for (const given of [[], ['--conditions=portcullis-source'], ['-C', 'portcullis-source']]) {
    const run = spawnSync(process.execPath, [...given, binOf(root), 'fsck', '--x y'], {
      env,
      encoding: 'utf8',
    });
    assert.equal(run.stderr, '');
    assert.equal(run.status, 5);
    const { told, args } = JSON.parse(run.stdout) as { told: string[]; args: string[] };
    assert.deepEqual(args, ['fsck', '--x y']);
    assert.equal(told.filter((flag) => flag.includes('portcullis-source')).length, 1);
  }
});

test('installed as a package, dist/ runs, without any condition', () => {
  const home = join(folder, 'installed/node_modules/portcullis');
  cpSync(join(makeCheckout('packed'), 'packages/server'), home, { recursive: true });
  write(join(home, 'dist/cli/main.js'), 'console.log("dist", process.execArgv.length);');
  const run = spawnSync(process.execPath, [join(home, 'bin/portcullis.js')], { env, encoding: 'utf8' });
  assert.equal(run.stdout, 'dist 0\n');
});

test('without a Node that is new enough, it says which one and how to get it', () => {
  const root = makeCheckout('alone');
  needNewerNode(root);
  const run = spawnSync(process.execPath, [binOf(root)], { env, encoding: 'utf8' });
  assert.equal(run.status, 69);
  assert.match(run.stderr, /Node 99\.0 or later is needed; this is \d+\.\d+\.\d+.*npm install.*nodejs\.org/s);
});

test('it goes on in the pinned Node, with arguments and exit code', { skip: windows }, () => {
  const root = makeCheckout('pinned');
  needNewerNode(root);
  installPinned(root, '#!/bin/sh\necho "$@"\nexit 7\n');
  const run = spawnSync(process.execPath, [binOf(root), 'start', '--yes'], { env, encoding: 'utf8' });
  assert.equal(run.stdout, `--conditions=portcullis-source ${binOf(root)} start --yes\n`);
  assert.equal(run.status, 7);
});

test('where the process can not be replaced, signals and their end are passed on', {
  skip: windows,
}, async () => {
  const root = makeCheckout('signals');
  needNewerNode(root);
  installPinned(root, '#!/bin/sh\ntrap "exit 9" TERM\necho ready\nwhile :; do sleep 0.05; done\n');
  // Node 20 has no execve.
  const without = write(join(folder, 'without-execve.cjs'), 'process.execve = undefined;');
  const child = spawn(process.execPath, ['--require', without, binOf(root)], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve([code, signal])));
  child.kill('SIGTERM');
  assert.deepEqual(await ended, [9, null]);
});
