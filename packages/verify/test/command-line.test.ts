import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runCommand } from '../src/command-line.ts';

const VECTORS = join(import.meta.dirname, '../../../vectors');
const GOLDEN = join(VECTORS, 'bundles/v1/bundle');
const POLICY = join(VECTORS, 'bundles/v1/trust.policy');
const scratch = mkdtempSync(join(tmpdir(), 'portcullis-verify-'));
after(() => rmSync(scratch, { recursive: true }));

const run = (...args: string[]) => runCommand(args, '1.2.3');

/** A copy of the golden bundle that a test may spoil. */
function copyBundle(name: string): string {
  const folder = join(scratch, name);
  cpSync(GOLDEN, folder, { recursive: true });
  return folder;
}

test('every golden bundle ever released verifies', () => {
  for (const version of readdirSync(join(VECTORS, 'bundles'))) {
    const folder = join(VECTORS, 'bundles', version);
    const { exitCode, stdout } = run(join(folder, 'bundle'), '--trust', join(folder, 'trust.policy'));
    assert.equal(exitCode, 0, stdout);
    assert.match(stdout, /^pass {4}manifest-signature /);
    assert.match(stdout, /\nVerified: a witness quorum/);
    assert.match(stdout, /\nWhat this does not show: /);
  }
});

test('the launcher runs, from another folder, and writes nothing', () => {
  const launcher = join(import.meta.dirname, '../bin/portcullis-verify.js');
  const spawned = spawnSync(process.execPath, [launcher, GOLDEN, '--trust', POLICY], {
    cwd: scratch,
    encoding: 'utf8',
  });
  assert.equal(spawned.status, 0, spawned.stderr);
  assert.equal(spawned.stdout, run(GOLDEN, '--trust', POLICY).stdout);
  const wrong = spawnSync(process.execPath, [launcher], { cwd: scratch, encoding: 'utf8' });
  assert.equal(wrong.status, 2);
});

test('--json prints the same as an object', () => {
  const { exitCode, stdout } = run(GOLDEN, '--trust', POLICY, '--json');
  const object = JSON.parse(stdout);
  assert.equal(exitCode, 0);
  assert.equal(object.verdict, 'verified');
  assert.deepEqual(Object.keys(object).sort(), ['checks', 'limits', 'sentence', 'verdict']);
  const lines = run(GOLDEN, '--trust', POLICY).stdout;
  for (const { name, sentence } of object.checks) assert.ok(lines.includes(name) && lines.includes(sentence));
});

test('help, version and wrong use', () => {
  assert.match(run('--help').stdout, /Examples/);
  assert.equal(run('--version').stdout, '1.2.3\n');
  const wrong: [string[], RegExp][] = [
    [[], /Name one bundle/],
    [[GOLDEN], /--trust/],
    [[GOLDEN, GOLDEN, '--trust', POLICY], /Name one/],
    [[GOLDEN, '--trust', POLICY, '--fast'], /--fast/],
    [[GOLDEN, '--trust', join(scratch, 'none')], /can not be read/],
    [[GOLDEN, '--trust', join(GOLDEN, 'report.md')], /not a tlog-policy/],
    [[join(scratch, 'none'), '--trust', POLICY], /not a folder/],
    [[POLICY, '--trust', POLICY], /not a folder/],
    [['receipt', join(scratch, 'none'), '--trust', POLICY], /can not be read/],
    [['ledger', join(scratch, 'none'), '--trust', POLICY], /not a folder/],
    [[GOLDEN, '--trust', POLICY, '--body', POLICY], /--body goes with/],
  ];
  for (const [args, like] of wrong) {
    const { exitCode, stdout, stderr } = run(...args);
    assert.equal(exitCode, 2, args.join(' '));
    assert.equal(stdout, '');
    assert.match(stderr, like);
  }
});

test('hostile folders fail by name and never crash', () => {
  const cases: [string, (folder: string) => void, RegExp][] = [
    [
      'link',
      (f) => symlinkSync('/etc/passwd', join(f, 'passwd')),
      /FAIL .*files .*passwd.* not a plain file/,
    ],
    [
      'linked-file',
      (f) => (rmSync(join(f, 'report.md')), symlinkSync(join(GOLDEN, 'report.md'), join(f, 'report.md'))),
      /not a plain file/,
    ],
    [
      'linked-folder',
      (f) => (
        rmSync(join(f, 'checkpoints'), { recursive: true }),
        symlinkSync(join(GOLDEN, 'checkpoints'), join(f, 'checkpoints'))
      ),
      /not a plain file/,
    ],
    ['fifo', (f) => void spawnSync('mkfifo', [join(f, 'pipe')]), /not a plain file/],
    [
      'huge',
      (f) => (writeFileSync(join(f, 'huge'), ''), truncateSync(join(f, 'huge'), 2 ** 40)),
      /larger than/,
    ],
    ['deep', (f) => mkdirSync(join(f, 'a/b/c/d/e/f'), { recursive: true }), /deeper/],
    [
      'many',
      (f) => {
        for (let i = 0; i < 300; i++) writeFileSync(join(f, `f${i}`), '');
      },
      /more than 256 files/,
    ],
    ['extra', (f) => writeFileSync(join(f, 'hello\u001b[31m'), ''), /FAIL .*files .*u\{1b\}.*not named/],
    [
      'empty',
      (f) => (rmSync(f, { recursive: true }), mkdirSync(f)),
      /FAIL .*manifest-signature .*no manifest/,
    ],
    ['envelope-deep', (f) => writeFileSync(join(f, 'manifest.dsse.json'), '['.repeat(1e6)), /deeper/],
    [
      'envelope-twice',
      (f) => writeFileSync(join(f, 'manifest.dsse.json'), '{"payload":"","payload":""}'),
      /stands twice/,
    ],
    ['envelope-null', (f) => writeFileSync(join(f, 'manifest.dsse.json'), 'null'), /must be an object/],
    ['envelope-empty', (f) => writeFileSync(join(f, 'manifest.dsse.json'), ''), /not canonical JSON/],
  ];
  for (const [name, spoil, like] of cases) {
    const folder = copyBundle(name);
    spoil(folder);
    const { exitCode, stdout } = run(folder, '--trust', POLICY);
    assert.equal(exitCode, 1, name);
    assert.match(stdout, like, name);
    assert.ok(!stdout.includes('\u001b'), 'no control sign reaches the terminal');
  }
});

test('the golden bundle is small', () => {
  const sizes = readdirSync(GOLDEN, { recursive: true, encoding: 'utf8' }).map(
    (path) => statSync(join(GOLDEN, path)).size,
  );
  assert.ok(sizes.reduce((sum, size) => sum + size, 0) < 200_000);
});

test('receipts: sound, with body, with another body, changed', () => {
  const folder = join(VECTORS, 'record/v1');
  const at = (name: string) => join(folder, name);
  const trust = ['--trust', at('trust.policy')];
  assert.equal(run('receipt', at('receipt.json'), ...trust).exitCode, 0);
  assert.match(
    run('receipt', at('receipt.json'), ...trust, '--body', at('body.json')).stdout,
    /pass {4}body/,
  );
  const other = run('receipt', at('receipt.json'), ...trust, '--body', at('trust.policy'));
  assert.equal(other.exitCode, 1);
  assert.match(other.stdout, /FAIL {4}body .*not the one that was recorded/);
  assert.equal(run('receipt', at('receipt.json'), '--trust', POLICY).exitCode, 1);
  const receipt = JSON.parse(readFileSync(at('receipt.json'), 'utf8'));
  const changed: [object, RegExp][] = [
    [
      {
        ...receipt,
        leaf: Buffer.from(Buffer.from(receipt.leaf, 'base64').toString().replace('acme', 'acne')).toString(
          'base64',
        ),
      },
      /FAIL {4}inclusion/,
    ],
    [{ ...receipt, proof: receipt.proof.replace('index 3', 'index 2') }, /FAIL {4}inclusion/],
    [{ ...receipt, proof: receipt.proof.replace('index 3', 'index 9') }, /FAIL {4}inclusion .*outside/],
    [{ ...receipt, proof: receipt.proof.replace('\n5\n', '\n6\n') }, /FAIL {4}checkpoint .*does not verify/],
    [{ ...receipt, format: 'x' }, /FAIL {4}receipt/],
    [{ ...receipt, more: 1 }, /FAIL {4}receipt .*unknown field/],
    [{ ...receipt, salts: { request_sha256: Buffer.alloc(32).toString('base64') } }, /FAIL {4}body/],
    [{ format: receipt.format, leaf: receipt.leaf, proof: receipt.proof }, /FAIL {4}body .*erased/],
    [[], /FAIL {4}receipt/],
  ];
  for (const [value, like] of changed) {
    const path = join(scratch, 'receipt.json');
    writeFileSync(path, JSON.stringify(value));
    const { exitCode, stdout } = run('receipt', path, ...trust, '--body', at('body.json'));
    assert.equal(exitCode, 1);
    assert.match(stdout, like);
  }
  const compact = join(scratch, 'compact.json');
  writeFileSync(compact, JSON.stringify(receipt));
  assert.equal(run('receipt', compact, ...trust).exitCode, 0, 'any white space');
});
