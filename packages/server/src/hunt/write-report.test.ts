import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../cli/test/run-cli.ts';
import { createFaultPlan, createFaultyFileSystem } from '../seams/file-system-faulty.ts';
import { nodeFileSystem } from '../seams/file-system-node.ts';
import { createReport } from './test/create-report.ts';
import { findReportTarget, spellReport, writeReport } from './write-report.ts';

const REPORT = createReport({ flagged: 3, others: 2 });

test('what is written is the report, its fields in its order, one account a line', (t) => {
  const cwd = temporaryFolder(t);
  writeReport(REPORT, findReportTarget('out.json', cwd), nodeFileSystem);
  const text = readFileSync(join(cwd, 'out.json'), 'utf8');
  assert.equal(JSON.stringify(JSON.parse(text)), JSON.stringify(REPORT));
  assert.equal(text.split('\n').filter((line) => line.startsWith('{"account":')).length, 5);
  const empty = { ...REPORT, accounts: [], campaigns: [], reasons: [] };
  assert.deepEqual(JSON.parse([...spellReport(empty)].join('\n')), empty);
  assert.equal(statSync(join(cwd, 'out.json')).mode & 0o777, 0o600);
});

test('a report that can not be written leaves the earlier one, and nothing beside it', (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, 'out.json'), 'earlier');
  const target = findReportTarget('out.json', cwd);
  const plan = createFaultPlan();
  const fs = createFaultyFileSystem(nodeFileSystem, { plan });
  for (const call of ['write', 'fsync', 'rename']) {
    plan.set([{ call, nth: 1, how: 'ENOSPC' }]);
    assert.throws(() => writeReport(REPORT, target, fs), /ENOSPC/, call);
    assert.equal(readFileSync(join(cwd, 'out.json'), 'utf8'), 'earlier');
    assert.deepEqual(readdirSync(cwd), ['out.json'], call);
  }
});

test('a link stays a link, and what can only be written to is not replaced', (t) => {
  const cwd = temporaryFolder(t);
  mkdirSync(join(cwd, 'real'));
  writeFileSync(join(cwd, 'real/out.json'), 'earlier');
  symlinkSync('real/out.json', join(cwd, 'link.json'));
  writeReport(REPORT, findReportTarget('link.json', cwd), nodeFileSystem);
  assert.deepEqual(JSON.parse(readFileSync(join(cwd, 'real/out.json'), 'utf8')), REPORT);
  assert.deepEqual(findReportTarget('/dev/null', cwd), { path: '/dev/null', replace: false });
});

test('where it goes is looked at before any work', (t) => {
  const cwd = temporaryFolder(t);
  mkdirSync(join(cwd, 'folder'));
  assert.throws(() => findReportTarget('folder', cwd), /folder is a folder/);
  assert.throws(() => findReportTarget('no/out.json', cwd), /There is no folder for no\/out\.json/);
});
