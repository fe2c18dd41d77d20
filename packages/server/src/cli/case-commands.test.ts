import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createAdminWorld } from '../admin/test/admin-world.ts';
import { runCli, temporaryFolder } from './test/run-cli.ts';

type World = Awaited<ReturnType<typeof createAdminWorld>>;

describe('the command line over the admin API', { concurrency: false }, () => {
  let world: World;
  const cleanUp: (() => void)[] = [];
  const cwd = temporaryFolder({ after: (fn) => void cleanUp.push(fn) });
  const as = (who: string, ...args: string[]) =>
    runCli(args, cwd, { PORTCULLIS_ADMIN_URL: world.url, PORTCULLIS_TOKEN: world.tokens[who] ?? '' });

  before(async () => {
    world = await createAdminWorld();
    await world.find('campaign-1', await world.createAccounts(3));
  });
  after(async () => {
    await world.close();
    for (const fn of cleanUp) fn();
  });

  test('a case is listed and told in sentences, with what speaks against it and what to type', async () => {
    const list = await as('ada', 'case', 'list');
    assert.equal(list.code, 0, list.err);
    assert.match(list.out, /^case {4}state {2}accounts {2}weight {2}opened/);
    assert.match(list.out, /case-1 +open +3/);
    assert.match(list.out, /Next: portcullis case show case-1/);
    const shown = await as('ada', 'case', 'show', 'case-1');
    assert.equal(shown.code, 0, shown.err);
    assert.match(shown.out, /nobody has decided it\. 3 accounts/);
    assert.match(shown.out, /What speaks against it\n {2}• One of the accounts also sends other traffic\./);
    assert.doesNotMatch(shown.out, /Nobody has measured/);
    assert.match(shown.out, /score is shown to you once you have committed your own view/);
    assert.match(shown.out, /acct-0000 +open/);
    assert.match(shown.out, /Next\n {2}portcullis case view case-1\n/);
    assert.doesNotMatch(shown.out, /\u001b/);
    const json = await as('ada', 'case', 'show', 'case-1', '--json');
    assert.equal((JSON.parse(json.out) as { case: string }).case, 'case-1');
  });

  test('two people hold the accounts; one alone can not, and nobody without having looked', async () => {
    const measure = ['--measure', 'hold', '--reasons', 'One work list, divided by three.'];
    const blind = await as('ada', 'case', 'decide', 'case-1', ...measure);
    assert.equal(blind.code, 1);
    assert.match(blind.err, /ada has not opened the evidence/);
    const viewed = await as('ada', 'case', 'view', 'case-1');
    assert.equal(viewed.code, 0, viewed.err);
    assert.match(viewed.out, /finding:find-/);
    assert.match(viewed.out, /portcullis case commit case-1 --view/);
    assert.doesNotMatch(viewed.out, /Nobody has measured|12\.5/);
    const unseen = await as('ada', 'case', 'decide', 'case-1', ...measure);
    assert.match(unseen.err, /ada has not committed a view/);
    const view = ['--view', 'extraction', '--reasons', 'One list, worked through by three.'];
    const committed = await as('ada', 'case', 'commit', 'case-1', ...view);
    assert.equal(committed.code, 0, committed.err);
    assert.match(committed.out, /score is 12\.5\. No error bound: Nobody has measured/);
    const proposed = await as('ada', 'case', 'decide', 'case-1', ...measure);
    assert.match(proposed.out, /hold for 3 accounts, proposed; nothing has changed yet/);
    assert.match(proposed.out, /^ {2}portcullis case decide case-1 --confirm dec-[0-9a-f]+ --reasons "…"$/m);
    const alone = await as(
      'ada',
      'case',
      'decide',
      'case-1',
      '--confirm',
      '--reasons',
      'Yes, I agree with myself.',
    );
    assert.equal(alone.code, 1);
    const evidence = await as('ben', 'case', 'show', 'case-1', '--evidence');
    assert.match(evidence.out, /a proposal waits for another person/);
    assert.match(evidence.out, /ada proposed hold for 3 accounts: reasons are shown once/);
    await as('ben', 'case', 'commit', 'case-1', ...view);
    const told = await as('ben', 'case', 'show', 'case-1');
    assert.match(told.out, /ada proposed hold for 3 accounts: One work list, divided by three\./);
    assert.match(told.out, /ada committed a view, extraction: One list, worked through by three\./);
    const confirmed = await as(
      'ben',
      'case',
      'decide',
      'case-1',
      '--confirm',
      '--reasons',
      'I read it all and agree with it.',
    );
    assert.equal(confirmed.code, 0, confirmed.err);
    assert.match(confirmed.out, /hold for 3 accounts, confirmed/);
    const again = await as(
      'ben',
      'case',
      'decide',
      'case-1',
      '--reject',
      '--reasons',
      'No, this is not right at all.',
    );
    assert.match(again.err, /No proposal of this case waits/);
  });

  test('an appeal is read from a file and answered by somebody else', async () => {
    writeFileSync(join(cwd, 'letter.txt'), 'These were my students.');
    const appeal = ['case', 'appeal', 'case-1', '--account', 'acct-0001', '--grounds-file', 'letter.txt'];
    const made = await as('ada', ...appeal);
    assert.equal(made.code, 0, made.err);
    assert.match(made.out, /acct-0001 has appealed in case-1/);
    assert.match(
      made.out,
      /^ {2}portcullis case decide case-1 --appeal appeal-[0-9a-f]+ --measure open --reasons "…"$/m,
    );
    const viewed = await as('cleo', 'case', 'view', 'case-1');
    assert.match(viewed.out, /These were my students\./);
    const open = ['--measure', 'open', '--reasons', 'They were indeed her students.'];
    assert.equal((await as('ada', 'case', 'decide', 'case-1', ...open)).code, 1);
    await as(
      'cleo',
      'case',
      'commit',
      'case-1',
      '--view',
      'not',
      '--reasons',
      'One class, and one worksheet.',
    );
    const answered = await as('cleo', 'case', 'decide', 'case-1', ...open);
    assert.equal(answered.code, 0, answered.err);
    const shown = await as('otto', 'case', 'show', 'case-1');
    assert.match(shown.out, /acct-0001 appealed \(appeal-[0-9a-f]+\); answered by/);
  });

  test('accounts, keys and operators', async () => {
    const made = await as('admin', 'account', 'create', 'research', '--key', '--tokens-per-day', '500');
    assert.match(
      made.out,
      /The account research is open\.\nKey key-\S+\. Its secret, shown this once:\n {2}pk_live_/,
    );
    const shown = JSON.parse((await as('otto', 'account', 'show', 'research', '--json')).out) as {
      keys: { key: string }[];
    };
    const key = shown.keys[0]?.key ?? '';
    assert.match(
      (await as('admin', 'key', 'revoke', key, '--reason', 'It leaked on a mailing list.')).out,
      /is revoked/,
    );
    assert.match((await as('otto', 'account', 'show', 'research')).out, /500 tokens\/day[^]*revoked/);
    assert.match(
      (await as('admin', 'account', 'hold', 'research', '--reason', 'Order of a court of 3 May.')).out,
      /under legal hold/,
    );
    const erase = [
      'account',
      'erase',
      'research',
      '--reason',
      'Asked for by its holder.',
      '--legal-basis',
      'GDPR 17',
    ];
    const unsure = await as('admin', ...erase);
    assert.equal(unsure.code, 2);
    assert.match(unsure.err, /for ever.\nRepeat the command with --yes/);
    assert.equal((await as('admin', ...erase, '--yes')).code, 1);
    await as('admin', 'account', 'hold', 'research', '--lift', '--reason', 'The proceedings are over.');
    assert.match((await as('admin', ...erase, '--yes')).out, /is destroyed \(1 data key\)/);
    const added = await as('admin', 'operator', 'add', 'dora', '--role', 'auditor');
    assert.match(added.out, /dora is auditor[^]*pc_operator_/);
    assert.match((await as('admin', 'operator', 'list')).out, /dora +auditor/);
    assert.equal((await as('admin', 'operator', 'remove', 'dora', '--reason', 'left')).code, 0);
    const refused = await as('otto', 'account', 'create', 'mine');
    assert.equal(refused.code, 1);
    assert.match(refused.err, /auditor may not do this/);
  });

  test('status and export', async () => {
    assert.match(
      (await as('otto', 'status')).out,
      /you are otto \(auditor\)\.\n {2}ledger {3}example\.com\/log/,
    );
    const why = ['--requester', 'me', '--purpose', 'review', '--legal-basis', 'own interest'];
    const made = await as('ada', 'export', 'case-1', ...why, '--json');
    assert.deepEqual(JSON.parse(made.out), { bundle: 'bundle-1', case: 'case-1' });
    const bare = await as('ada', 'export', 'case-1');
    assert.equal(bare.code, 2);
    assert.match(bare.err, /required option '--requester <text>'[^]*See portcullis export --help/);
  });

  test('tokens: from the environment, a private file or practice, never an argument and never echoed', async () => {
    const file = join(cwd, 'token');
    writeFileSync(file, `${world.tokens['ada']}\n`, { mode: 0o600 });
    const base = ['status', '--admin', world.url];
    assert.match((await runCli([...base, '--token-file', 'token'], cwd)).out, /you are ada/);
    writeFileSync(join(cwd, 'open-token'), 'x', { mode: 0o644 });
    const loose = await runCli([...base, '--token-file', 'open-token'], cwd);
    assert.equal(loose.code, 2);
    assert.match(loose.err, /chmod 600/);
    const none = await runCli(base, cwd);
    assert.equal(none.code, 2);
    assert.match(none.err, /PORTCULLIS_TOKEN[^]*never taken as an argument/);
    const wrong = await runCli(base, cwd, { PORTCULLIS_TOKEN: 'pc_operator_secret' });
    assert.equal(wrong.code, 1);
    assert.doesNotMatch(wrong.out + wrong.err, /pc_operator_secret/);
    const data = join(cwd, 'portcullis-practice-data');
    mkdirSync(data);
    writeFileSync(
      join(data, 'run.json'),
      JSON.stringify({ pid: 1, gateUrl: 'http://127.0.0.1:1', adminUrl: world.url }),
    );
    writeFileSync(join(data, 'practice-operators.json'), JSON.stringify({ ada: world.tokens['ada'] }), {
      mode: 0o600,
    });
    assert.match((await runCli(['status', '--as', 'ada'], cwd)).out, /you are ada/);
    const unknown = await runCli(['status', '--as', 'bob'], cwd);
    assert.equal(unknown.code, 2);
    assert.match(unknown.err, /no practice operator bob\.\nThose are: ada\./);
    const hinted = await runCli(['status', '--admin', 'http://127.0.0.1:1', '--as', 'ada'], cwd, {
      npm_command: 'exec',
    });
    assert.equal(hinted.code, 3);
    assert.match(hinted.err, /Start one with "npx portcullis start"/);
  });
});
