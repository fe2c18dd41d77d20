import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { exportBundle, writeTlogPolicy } from '../evidence/export-bundle.ts';
import { makeCase, openWorld } from '../evidence/test/make-case.ts';
import { runCli, temporaryFolder } from './test/run-cli.ts';

const COMMANDS =
  `start, init, status, reload, export, verify, receipt, fsck, hunt, ledger vkeys, ledger rotate-keys, vault rebuild, vault rotate-key, key issue, key revoke,
  case list, case show, case view, case decide, case appeal, operator add, operator remove,
  account create, account limits, account erase, account hold, account list, account show,
  report, report list,
  witness, witness init, witness start, witness vkeys, witness split-views`.split(/,\s+/);

test('every command has help with examples', async (t) => {
  const cwd = temporaryFolder(t);
  for (let at = 0; at < COMMANDS.length; at += 4) {
    const some = COMMANDS.slice(at, at + 4);
    const ran = await Promise.all(some.map((name) => runCli([...name.split(' '), '--help'], cwd)));
    for (const [i, { code, out }] of ran.entries()) {
      assert.equal(code, 0, some[i]);
      assert.match(out, /Examples\n {2}\S*.*portcullis/, some[i]);
    }
  }
  const all = await runCli(['--help'], cwd);
  assert.match(
    all.out,
    /Exit status: 0 done, 1 refused or failed, 2 wrong use, 3 no server answers, 4 the disk failed\./,
  );
});

test('wrong use is exit status 2 and says where help is; no server is 3', async (t) => {
  const cwd = temporaryFolder(t);
  const env = { PORTCULLIS_TOKEN: 'x' };
  const wrong: readonly (readonly [string[], RegExp])[] = [
    [['cose'], /unknown command 'cose'\n\(Did you mean case\?\)\nSee portcullis --help/],
    [['start', '--port', 'x'], /A port is a number[^]*See portcullis start --help/],
    [['case', 'decide', 'case-1'], /Say one of --measure/],
    [['case', 'decide', 'case-1', '--measure', 'hold'], /A decision needs reasons/],
    [['case', 'show', '../secret'], /is no name of a case/],
    [['receipt', '1'], /PORTCULLIS_API_KEY/],
    [['fsck'], /no data directory here/],
    [['report', '--period', '2026-11'], /A report needs --period, --epsilon and --delta/],
    [['report', '--unit', 'person'], /Allowed choices are account-month, account/],
    [['witness', 'start'], /A witness needs a name/],
    [['witness', '--port', 'x'], /A port is a number/],
    [['status', '--admin', 'ftp://x'], /no http address/],
    [['status', '--as', 'ada'], /no practice data here/],
    [['verify', 'nothing', '--trust', 'nothing'], /nothing/],
  ];
  for (const [args, expected] of wrong) {
    const { code, err } = await runCli(args, cwd, env);
    assert.equal(code, 2, `${args.join(' ')}: ${err}`);
    assert.match(err, expected);
  }
  const alone = await runCli(['status', '--admin', 'http://127.0.0.1:1'], cwd, env);
  assert.equal(alone.code, 3);
  assert.match(alone.err, /No server answers at http:\/\/127\.0\.0\.1:1 [^]*portcullis start/);
});

test('init writes a configuration once', async (t) => {
  const cwd = temporaryFolder(t);
  assert.equal((await runCli(['init'], cwd)).code, 0);
  assert.ok(existsSync(join(cwd, 'portcullis.yaml')));
  const again = await runCli(['init'], cwd);
  assert.equal(again.code, 1);
  assert.match(again.err, /there already/);
});

test('fsck says in one sentence that a ledger is sound, or damaged; verify judges a bundle', async (t) => {
  const world = await openWorld(t);
  await makeCase(world);
  const asked = { requester: 'me', purpose: 'test', legalBasis: 'none', by: 'ada', caseId: 'case-1' };
  const { dir } = await exportBundle({ ...asked, outDir: join(world.dataDir, 'bundles') }, world.ports);
  await world.thread.stop();
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, 'trust.policy'), writeTlogPolicy(world.ports.vkeys));
  const verified = await runCli(['verify', dir, '--trust', 'trust.policy'], cwd);
  assert.equal(verified.code, 0, verified.err);
  assert.match(verified.out, /Verified, unwitnessed/);
  assert.match(verified.err, /A stranger should judge it with their own copy/);

  const sound = await runCli(['fsck', world.dataDir], cwd);
  assert.equal(sound.code, 0, sound.out);
  assert.match(sound.out, /^Sound: .+\n$/);
  const folder = join(world.dataDir, 'ledger', 'tile', 'entries', '000.p');
  const path = join(folder, readdirSync(folder).at(-1) as string);
  const bytes = readFileSync(path);
  bytes[40] = (bytes[40] as number) ^ 1;
  writeFileSync(path, bytes);
  const damaged = await runCli(['fsck', world.dataDir], cwd);
  assert.equal(damaged.code, 1);
  assert.match(damaged.out, /^Damaged: .+\n$/);
  const json = await runCli(['fsck', world.dataDir, '--json'], cwd);
  assert.equal((JSON.parse(json.out) as { ok: boolean }).ok, false);
});
