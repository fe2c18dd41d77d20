import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { runCommand } from '../src/command-line.ts';
import { LOG_SIGNERS, TRUST, W1, W2, writeBundle } from './bundle-writer.ts';
import { writeLedger } from './ledger-writer.ts';
import { type Draft, soundDrafts } from './scenario.ts';

const scratch = mkdtempSync(join(tmpdir(), 'portcullis-compare-'));
after(() => rmSync(scratch, { recursive: true }));
const policy = join(scratch, 'trust.policy');
writeFileSync(policy, TRUST);

function keep(name: string, files: ReadonlyMap<string, Uint8Array> | Uint8Array): string {
  const path = join(scratch, name);
  if (files instanceof Uint8Array) writeFileSync(path, files);
  else
    for (const [file, bytes] of files) {
      mkdirSync(dirname(join(path, file)), { recursive: true });
      writeFileSync(join(path, file), bytes);
    }
  return path;
}

function compare(one: string, other: string): { verdict: string; exitCode: number; text: string } {
  const run = (...more: string[]) => runCommand(['compare', one, other, '--trust', policy, ...more], '1');
  const { exitCode, stdout, stderr } = run();
  const { verdict } = exitCode === 2 ? { verdict: 'usage' } : JSON.parse(run('--json').stdout);
  return { verdict, exitCode, text: stdout + stderr };
}

/** The same case about other words: the same number of entries, another tree. */
const otherDrafts = (): Draft[] =>
  soundDrafts().map(({ contents, ...draft }) => ({
    ...draft,
    ...(contents === undefined
      ? {}
      : {
          contents: Object.fromEntries(Object.entries(contents).map(([field, text]) => [field, `${text}!`])),
        }),
  }));

const bundle = keep('bundle', writeBundle());
const ledger = (name: string, size: number, forkAt?: number): string =>
  keep(name, writeLedger(size, forkAt === undefined ? {} : { forkAt }));
const checkpointOf = (name: string, size: number, forkAt?: number): string =>
  keep(name, writeLedger(size, forkAt === undefined ? {} : { forkAt }).get('checkpoint') as Uint8Array);
const LEDGER = ledger('ledger', 700);

test('two roots of one size are a split view, whatever holds them', () => {
  const pairs = [
    [checkpointOf('a', 40), checkpointOf('b', 40, 7)],
    [LEDGER, ledger('fork', 700, 699)],
    [LEDGER, checkpointOf('c', 700, 0)],
  ] as const;
  for (const [one, other] of pairs) {
    const { verdict, exitCode, text } = compare(one, other);
    assert.equal(verdict, 'split view', text);
    assert.equal(exitCode, 1);
    assert.match(text, /FAIL +one-history +Two roots for \d+ entries/);
    assert.equal(compare(other, one).verdict, 'split view');
  }
});

test('where one has the entries, sizes may differ', () => {
  assert.equal(compare(LEDGER, checkpointOf('d', 300)).verdict, 'consistent');
  assert.equal(compare(checkpointOf('e', 300, 256), LEDGER).verdict, 'split view');
  assert.equal(compare(LEDGER, ledger('longer', 900)).verdict, 'consistent');
  assert.equal(compare(ledger('longer-fork', 900, 650), LEDGER).verdict, 'split view');
  assert.match(compare(LEDGER, checkpointOf('f', 300)).text, /same tree at 300 entries/);
});

test('what can not be compared is not called sound', () => {
  const { verdict, exitCode } = compare(checkpointOf('g', 300), checkpointOf('h', 301, 3));
  assert.equal(verdict, 'not comparable');
  assert.equal(exitCode, 1);
  assert.equal(compare(checkpointOf('i', 300), checkpointOf('j', 300)).verdict, 'consistent');
});

test('a bundle speaks of every size in its range', () => {
  const wider = keep('wider', writeBundle({ start: 0, witnesses: [W1, W2] }));
  assert.equal(compare(bundle, wider).verdict, 'consistent');
  const other = keep('other-bundle', writeBundle({ drafts: otherDrafts() }));
  assert.equal(compare(bundle, other).verdict, 'split view');
  assert.equal(compare(wider, other).verdict, 'split view');
});

test('whoever is not trusted proves nothing, and entries must be those that were signed', () => {
  const [ed25519] = LOG_SIGNERS;
  assert.ok(ed25519);
  const half = keep('half', writeBundle({ logSigners: [ed25519] }).get('checkpoints/last') as Uint8Array);
  assert.equal(compare(half, checkpointOf('k', 40)).verdict, 'failed');
  const lying = new Map(writeLedger(700));
  lying.set('tile/entries/000', writeLedger(700, { forkAt: 9 }).get('tile/entries/000') as Uint8Array);
  const { verdict, text } = compare(keep('lying', lying), checkpointOf('l', 300));
  assert.equal(verdict, 'failed', 'an unsigned tree is no split view');
  assert.match(text, /FAIL +first-entries .*do not lead to the root/);
});

test('wrong use is told', () => {
  assert.match(compare(join(scratch, 'none'), bundle).text, /can not be read/);
  assert.match(compare(scratch, bundle).text, /neither a bundle nor the folder of a ledger/);
  assert.match(runCommand(['compare', bundle, '--trust', policy], '1').stderr, /Name two to compare/);
});
