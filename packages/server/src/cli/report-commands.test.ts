import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createAdminWorld } from '../admin/test/admin-world.ts';
import type { Disclosure } from '../reports/disclosure.ts';
import { runCli, temporaryFolder } from './test/run-cli.ts';

type World = Awaited<ReturnType<typeof createAdminWorld>>;
// The world's clock stands in September 2026.
const ASKED = ['report', '--period', '2026-07..2026-08', '--epsilon', '1', '--delta', '1e-6'];

describe('reports on the command line', { concurrency: false }, () => {
  let world: World;
  const cleanUp: (() => void)[] = [];
  const cwd = temporaryFolder({ after: (fn) => void cleanUp.push(fn) });
  const as = (who: string, ...args: string[]) =>
    runCli(args, cwd, { PORTCULLIS_ADMIN_URL: world.url, PORTCULLIS_TOKEN: world.tokens[who] ?? '' });

  before(async () => {
    world = await createAdminWorld();
  });
  after(async () => {
    await world.close();
    for (const fn of cleanUp) fn();
  });

  test('an admin publishes: three files, and what it cost; again for nothing', async () => {
    const made = await as('admin', ...ASKED);
    assert.equal(made.code, 0, made.err);
    assert.match(made.out, /It spent ε 1, δ 0\.000001 of each month’s budget \(entries \d+ and \d+\)/);
    assert.match(made.out, /2026-08 had ε 2, δ 0\.000009 left then; data from 2026-09-01 on has its own/);
    const folder = join(cwd, 'report-2026-07-to-2026-08');
    assert.deepEqual(readdirSync(folder).sort(), ['report.csv', 'report.html', 'report.json']);
    const again = await as('admin', ...ASKED, '--out', 'again', '--json');
    assert.equal(again.code, 0, again.err);
    const told = JSON.parse(again.out) as { isNew: boolean; disclosure: Disclosure };
    assert.equal(told.isNew, false);
    assert.deepEqual(told.disclosure, JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')));
    const pages = [folder, join(cwd, 'again')].map((each) => readFileSync(join(each, 'report.html'), 'utf8'));
    assert.equal(pages[0], pages[1]);
  });

  test('where its files can not be written, it says that the report is there and costs nothing more', async () => {
    writeFileSync(join(cwd, 'a-file'), '');
    const refused = await as('admin', ...ASKED, '--out', 'a-file');
    assert.equal(refused.code, 2);
    assert.match(
      refused.err,
      /^portcullis: report-[0-9a-f]{24} is on the ledger, .*a-file \(EEXIST\)\.\n.*--out/,
    );
  });

  test('nobody else publishes, everybody may look', async () => {
    for (const who of ['ada', 'otto']) {
      const refused = await as(who, ...ASKED);
      assert.equal(refused.code, 1);
      assert.match(refused.err, /may not do this; it is for admin/);
      const listed = await as(who, 'report', 'list');
      assert.equal(listed.code, 0, listed.err);
      assert.match(
        listed.out,
        /^report-[0-9a-f]{24} {2}2026-09-\d\d {2}published {2}2026-07 to 2026-08 {2}ε 1, δ 0\.000001 {2}by admin/,
      );
      assert.match(listed.out, /2026-07 {2}left ε 2, δ 0\.000009 of ε 3, δ 0\.00001; data from 2026-08-01/);
    }
  });

  test('a budget that is spent refuses with what is left; a month that runs asks for --so-far', async () => {
    const more = await as('admin', ...ASKED.with(4, '2.5'));
    assert.equal(more.code, 1);
    assert.match(
      more.err,
      /spent ε = 1, .*asked ε = 5\/2, .*left ε = 2, .*Data from 2026-08-01.*\n.*docs\/reporting\.md/,
    );
    const running = await as('admin', ...ASKED.with(2, '2026-09'));
    assert.equal(running.code, 1);
    assert.match(running.err, /2026-09 is not over[^]*--so-far/);
    const soFar = await as('admin', ...ASKED.with(2, '2026-09'), '--so-far');
    assert.equal(soFar.code, 0, soFar.err);
  });
});
