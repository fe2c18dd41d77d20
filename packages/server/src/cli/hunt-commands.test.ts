import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { HuntReport } from '@portcullis/detection';
import { Ajv } from 'ajv';
import { createReport } from '../hunt/test/create-report.ts';
import { runCli, temporaryFolder } from './test/run-cli.ts';

const ROOT = resolve(import.meta.dirname, '../../../..');
const GOLDEN = join(ROOT, 'vectors/hunt');
const TRAFFIC = join(GOLDEN, 'traffic.jsonl');
const BENIGN = join(GOLDEN, 'benign.jsonl.gz');
const golden = (name: string): string => readFileSync(join(GOLDEN, name), 'utf8');

test('the golden logs give the golden report, to the byte, and the golden words', async (t) => {
  const cwd = temporaryFolder(t);
  const args = ['--alpha', '0.01', '--seed', '7', '--json', join(cwd, 'out.json')];
  const files = ['--traffic', 'traffic.jsonl', '--benign', 'benign.jsonl.gz'];
  const { code, out, err } = await runCli(['hunt', ...files, ...args], GOLDEN);
  assert.deepEqual([code, err], [0, '']);
  assert.equal(readFileSync(join(cwd, 'out.json'), 'utf8'), golden('report.json'));
  assert.equal(out, golden('report.txt'));
});

test('lists, repeated options, gzip and standard input all give the same report', async (t) => {
  const cwd = temporaryFolder(t);
  // Cut in two by time, so that they are one again when they are merged.
  const [first, second] = halves(golden('traffic.jsonl'));
  const [good, better] = halves(gunzipSync(readFileSync(BENIGN)).toString());
  const named = { a: first, 'b.gz': gzipSync(second), c: gzipSync(good), d: better };
  for (const [name, content] of Object.entries(named)) writeFileSync(join(cwd, name), content);
  const ways: readonly (readonly [string, string])[] = [
    ['--traffic a b.gz --benign c d', ''],
    ['--traffic a --benign c --traffic b.gz --benign d', ''],
    ['--benign d c --traffic b.gz a', ''],
    ['--traffic - --benign c d', golden('traffic.jsonl')],
  ];
  for (const [given, input] of ways) {
    const args = ['hunt', ...given.split(' '), '--seed', '7', '--json', '-'];
    const { code, out, err } = await runCli(args, cwd, {}, input);
    assert.equal(code, 0, err);
    assert.equal(withoutLines(out), withoutLines(golden('report.json')), given);
    assert.match(
      err,
      /^Read\n[^]*642 exchanges of 36 accounts/,
      'words for people go to standard error then',
    );
  }
});

/** Examples are told by file and line, which differ between one file and two. */
const withoutLines = (report: string): string => report.replaceAll(/exchange \d[\d, ]*/g, 'exchange');

function halves(text: string): [string, string] {
  const lines = text.trimEnd().split('\n');
  const middle = lines.length >> 1;
  return [`${lines.slice(0, middle).join('\n')}\n`, `${lines.slice(middle).join('\n')}\n`];
}

test('what is written has the shape of the published schema', () => {
  const schema = JSON.parse(readFileSync(join(ROOT, 'docs/hunt-report.schema.json'), 'utf8')) as object;
  const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema);
  const report = JSON.parse(golden('report.json')) as HuntReport;
  for (const each of [report, createReport({ flagged: 6, others: 2 })])
    assert.ok(validate(each), JSON.stringify(validate.errors));
  const [account] = report.accounts;
  const wrong: readonly object[] = [
    { ...report, extra: 1 },
    { ...report, accounts: [{ ...account, p: null }] },
    { ...report, guarantee: 'maybe' },
    { ...report, calibration: { accounts: 1, digest: 'sha256:' } },
  ];
  for (const each of wrong) assert.equal(validate(each), false);
});

test('wrong use is exit status 2 before anything is read, and leaves the earlier report', async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, 'a'), 'x\n');
  writeFileSync(join(cwd, 'out.json'), 'earlier');
  mkdirSync(join(cwd, 'folder'));
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['', /required option '--traffic/],
    ['--traffic a', /required option '--benign/],
    ['--traffic gone --benign a', /There is no file gone\./],
    [`--traffic ${TRAFFIC} --benign gone`, /There is no file gone\./],
    ['--traffic a --benign a', /the same file under --traffic and --benign/],
    ['--traffic folder --benign a', /folder is a folder/],
    [`--traffic a --benign ${BENIGN} --json folder`, /folder is a folder\. Name a file/],
    [`--traffic a --benign ${BENIGN} --json no/out.json`, /There is no folder for no\/out\.json/],
    [
      `--traffic a --benign ${BENIGN} --json ./a`,
      /^portcullis: a is read, so the report can not be written over it/,
    ],
    [`--traffic a --benign ${BENIGN} --alpha 1`, /between 0 and 1[^]*See portcullis hunt --help/],
    [`--traffic a --benign ${BENIGN} --alpha 1%`, /between 0 and 1/],
    [`--traffic a --benign ${BENIGN} --seed 1.5`, /A seed is a whole number/],
  ];
  const refusals = wrong.map(async ([given, expected]) => {
    const json = given.includes('--json') ? [] : ['--json', 'out.json'];
    const args = ['hunt', ...given.split(' ').filter((each) => each !== ''), ...json];
    const { code, out, err } = await runCli(args, cwd);
    assert.deepEqual([code, out], [2, ''], `${given}: ${err}`);
    assert.match(err, expected);
  });
  await Promise.all(refusals);
  assert.equal(readFileSync(join(cwd, 'out.json'), 'utf8'), 'earlier');
});

test('logs of which no line can be read are no error: they are said, and the report is empty', async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, 'a'), 'x\n{}\n');
  writeFileSync(join(cwd, 'b'), '');
  const { code, out } = await runCli(['hunt', '--traffic', 'a', '--benign', 'b', '--json', 'o'], cwd);
  assert.equal(code, 0);
  assert.match(out, /2 broken lines of 2 passed over/);
  assert.match(out, /a:1: it is not JSON\n +a:2: time is missing/);
  assert.match(out, /b holds no line/);
  const report = JSON.parse(readFileSync(join(cwd, 'o'), 'utf8')) as HuntReport;
  assert.deepEqual([report.guarantee, report.accounts, report.calibration.accounts], ['suspended', [], 0]);
});

test('a report that can not be written is exit status 4, and what was found is said all the same', async (t) => {
  if (!existsSync('/dev/full')) return;
  const args = ['hunt', '--traffic', TRAFFIC, '--benign', BENIGN, '--json', '/dev/full'];
  const { code, out, err } = await runCli(args, temporaryFolder(t));
  assert.equal(code, 4);
  assert.match(err, /could not be written to \/dev\/full \(ENOSPC\)/);
  assert.match(out, /36 accounts/);
});
