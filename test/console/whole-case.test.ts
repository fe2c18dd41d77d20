import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { command, openScene, type Running } from '../start-portcullis.ts';
import { browserMissing, closeBrowser, openVisitor, type Visitor } from './browser.ts';
import { checkAccessible } from './check-accessible.ts';
import { focused, tabTo } from './keyboard.ts';

const run = promisify(execFile);
const REASONS = 'They divide one work list between them, in the words of one template.';
/** Long enough to be seen, short enough to be waited for. */
const UNDO_SECONDS = 2;

after(closeBrowser);

async function untilCase(running: Running): Promise<string> {
  for (let waited = 0; waited < 120_000; waited += 500) {
    const { cases } = await running.admin<{ cases: { case: string }[] }>('GET', '/v1/cases');
    if (cases[0] !== undefined) return cases[0].case;
    await sleep(500);
  }
  throw new Error(`The rehearsal found nothing.\n${running.output()}`);
}

/** A person comes to the case by keys alone: no pointer is ever moved. */
async function comeToCase(running: Running, who: string): Promise<Visitor> {
  const visitor = await openVisitor();
  const { page } = visitor;
  await page.goto(`${running.adminUrl}/console/`);
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await tabTo(page, /^Operator token.*pc_operator|^Operator token$/);
  await page.keyboard.press('Tab');
  await page.keyboard.type(running.tokens[who] ?? '');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await page.keyboard.press('q');
  await page.getByRole('heading', { name: 'Cases', level: 1 }).waitFor();
  await page.getByRole('rowheader', { name: 'case-1' }).waitFor();
  await tabTo(page, /case-1/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'case-1', level: 1 }).waitFor();
  return visitor;
}

/** Looks at the evidence and says what they see, by keys alone. */
async function look({ page }: Visitor): Promise<void> {
  await page.keyboard.press('r');
  await page
    .getByText(/^(?:17 of 17|19 of 19) opened by you$/)
    .first()
    .waitFor();
  await page.keyboard.press('v');
  await tabTo(page, /this is extraction/);
  await page.keyboard.press('Space');
  await tabTo(page, /^Why you think so/);
  await page.keyboard.type(REASONS);
  await tabTo(page, /^Record my view/);
  await page.keyboard.press('Enter');
  await page.getByText('Error bound', { exact: true }).waitFor();
  assert.match(await focused(page), /^.?The detector’s score/, 'the focus goes on where the form was');
}

async function proposeHold({ page }: Visitor): Promise<void> {
  await page.keyboard.press('d');
  await tabTo(page, /^Dismiss/);
  for (let i = 0; i < 3; i += 1) await page.keyboard.press('ArrowDown');
  await tabTo(page, /^Reasons/);
  await page.keyboard.type(REASONS);
  await tabTo(page, /^Propose/);
  await page.keyboard.press('Enter');
  await page.getByText(/^ada proposes: Hold, for 12 accounts/).waitFor();
  assert.match(await focused(page), /^.?Decide/, 'the focus stays where the form was');
  assert.equal(await page.getByLabel('Your reasons').inputValue(), '', 'reasons to withdraw are others');
}

async function confirm({ page }: Visitor): Promise<void> {
  await page.keyboard.press('d');
  await tabTo(page, /^Your reasons/);
  await page.keyboard.type(REASONS);
  await tabTo(page, /^Confirm/);
  await page.keyboard.press('Enter');
  await page.getByText('The case is decided.').waitFor();
  assert.match(await focused(page), /^.?Decide/, 'the focus stays where the form was');
  await page.getByText('Hold, for 12 accounts, by ada, grace.').waitFor();
}

async function untilStanding(running: Running, account: string, standing: string): Promise<void> {
  let now = '';
  for (let waited = 0; waited < 20_000; waited += 250) {
    now = (await running.admin<{ standing: string }>('GET', `/v1/accounts/${account}`)).standing;
    if (now === standing) return;
    await sleep(250);
  }
  assert.fail(`${account} is ${now}, not ${standing}`);
}

/** A reviewer makes a link for an account. @returns its address */
async function linkFor({ page }: Visitor, account: string): Promise<string> {
  await page.getByRole('button', { name: 'Make a link for an account' }).click();
  const form = page.locator('form').filter({ has: page.getByRole('button', { name: 'Make the link' }) });
  await form.getByLabel('Account').fill(account);
  await form.getByRole('button', { name: 'Make the link' }).click();
  return (await form.locator('code').textContent()) ?? '';
}

/** The holder of the account reads the decision, verifies receipts, finds a changed one out, and appeals. */
async function beHeard(link: string, folder: string): Promise<void> {
  const holder = await openVisitor();
  const { page } = holder;
  await page.goto(link);
  await page.getByText('Your account is on hold').waitFor();
  await checkAccessible(page, 'the page of the accused');
  await page
    .getByRole('button', { name: /^Verify the receipt of entry/ })
    .first()
    .click();
  await page.getByRole('cell', { name: 'verified', exact: true }).waitFor();

  const row = page.getByRole('row').filter({ has: page.getByText('verified', { exact: true }) });
  const index = await row.getByRole('rowheader').textContent();
  const token = link.slice(link.indexOf('#') + 1);
  const url = new URL(`/hearing/v1/receipts/${index}`, link);
  const kept = (await (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).json()) as {
    leaf: string;
  };
  await judgeKept(page, folder, kept, /^Verified: entry/, 'good');
  const leaf = Buffer.from(kept.leaf, 'base64').toString().replace('"request_bytes":', '"request_bytes":1');
  const changed = { ...kept, leaf: Buffer.from(leaf).toString('base64') };
  await judgeKept(page, folder, changed, /^This receipt does not verify/, 'bad');

  await page.getByLabel('What you want to say').fill('We teach four classes from one worksheet.');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('It is decided by somebody new by').waitFor();
  assert.deepEqual(holder.troubles, []);
  await holder.close();
  await forgeLink(link);
}

async function judgeKept(
  page: Page,
  folder: string,
  receipt: object,
  words: RegExp,
  look: string,
): Promise<void> {
  const path = join(folder, `${look}-receipt.json`);
  writeFileSync(path, JSON.stringify(receipt));
  await page.locator('.kept input[type=file]').setInputFiles(path);
  const verdict = page.locator('.kept').getByRole('alert').filter({ hasText: words });
  await verdict.waitFor();
  assert.match((await verdict.getAttribute('class')) ?? '', new RegExp(`\\b${look}\\b`));
}

/** One sign of the link's code changed: the page says that it is no link, and shows nothing. */
async function forgeLink(link: string): Promise<void> {
  const stranger = await openVisitor();
  await stranger.page.goto(link.slice(0, -2) + (link.at(-2) === 'A' ? 'B' : 'A') + link.slice(-1));
  await stranger.page.getByRole('alert').waitFor();
  assert.equal(await stranger.page.getByText('Your account is on hold').count(), 0);
  await stranger.close();
}

/** @returns the folder of the bundle */
async function exportIn({ page }: Visitor): Promise<string> {
  await page.getByRole('button', { name: 'Export the evidence' }).click();
  await page.getByLabel('Who asks for it').fill('A court');
  await page.getByLabel('What for').fill('Proof in the matter of the campaign');
  await page.getByLabel('Legal basis').fill('Order of the court');
  await page.getByRole('button', { name: 'Write the bundle' }).click();
  const told = await page
    .locator('.notice.good')
    .filter({ hasText: /^Written: / })
    .textContent();
  return (told ?? '').slice('Written: '.length);
}

/** Types of the entries that a bundle holds. */
async function leafTypes(folder: string): Promise<Set<string>> {
  const names = await readdir(folder, { recursive: true });
  const texts = await Promise.all(
    names.filter((name) => /\.jsonl?$/.test(name)).map((name) => readFile(join(folder, name), 'utf8')),
  );
  return new Set(
    texts.flatMap((text) => [...text.matchAll(/"type":"([a-z._]+)"/g)].map((match) => match[1] ?? '')),
  );
}

test('two people decide the rehearsal’s case by keyboard alone, an account appeals, and the bundle has it all', {
  timeout: 300_000,
  skip: browserMissing,
}, async (t) => {
  const scene = openScene(t);
  writeFileSync(
    join(scene.folder, 'portcullis.yaml'),
    `practice: true\nhearing:\n  port: 0\ncases:\n  undoSeconds: ${UNDO_SECONDS}\n`,
  );
  const running = await scene.start();
  const id = await untilCase(running);
  const { accounts } = await running.admin<{ accounts: { account: string }[] }>('GET', `/v1/cases/${id}`);
  const [accused, other] = accounts.map((each) => each.account) as [string, string];
  const ada = await comeToCase(running, 'ada');
  await look(ada);
  await proposeHold(ada);
  const grace = await comeToCase(running, 'grace');
  assert.equal(
    await grace.page.getByText(REASONS).count(),
    0,
    'what ada thinks is not told before grace has looked',
  );
  await look(grace);
  await confirm(grace);
  await untilStanding(running, accused, 'hold');

  await beHeard(await linkFor(grace, accused), scene.folder);
  await grace.page.getByText('appealed', { exact: true }).first().waitFor();

  const hana = await comeToCase(running, 'hana');
  await look(hana);
  await hana.page.keyboard.press('d');
  await tabTo(hana.page, /^Dismiss/);
  for (let i = 0; i < 5; i += 1) await hana.page.keyboard.press('ArrowDown');
  await tabTo(hana.page, /^Reasons/);
  await hana.page.keyboard.type('One worksheet in four classes explains all of it.');
  await tabTo(hana.page, /^Decide$/);
  await hana.page.keyboard.press('Enter');
  await hana.page.getByText('The case is decided.').waitFor();
  await untilStanding(running, accused, 'open');
  await untilStanding(running, other, 'hold');

  const folder = await exportIn(ada);
  const { tlogPolicy } = await running.admin<{ tlogPolicy: string }>('GET', '/v1/ledger');
  const trust = join(scene.folder, 'trust.policy');
  writeFileSync(trust, tlogPolicy);
  const { stdout } = await run(...command('verify', folder, '--trust', trust));
  assert.match(stdout, /Verified, unwitnessed/);
  const kinds = await leafTypes(folder);
  for (const type of ['evidence.viewed', 'view.committed', 'score.shown', 'decision', 'appeal'])
    assert.ok(kinds.has(type), `the bundle has no ${type}`);
  assert.deepEqual([...ada.troubles, ...grace.troubles, ...hana.troubles], []);
  await running.stop('SIGTERM');
});
