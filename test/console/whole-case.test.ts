import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { command, openScene, type Running } from '../start-portcullis.ts';
import { browserMissing, closeBrowser, openVisitor, signIn, type Visitor } from './browser.ts';
import { checkAccessible, checkTargets } from './check-accessible.ts';
import { tabTo } from './keyboard.ts';

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
  await page.getByRole('row', { name: /case-1/ }).waitFor();
  await tabTo(page, /case-1/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'case-1', level: 1 }).waitFor();
  return visitor;
}

/** Looks at the evidence and says what they see, by keys alone. */
async function look({ page }: Visitor): Promise<void> {
  await page.keyboard.press('r');
  await page.getByText('17 of 17 opened by you').first().waitFor();
  await page.keyboard.press('v');
  await tabTo(page, /this is extraction/);
  await page.keyboard.press('Space');
  await tabTo(page, /^Why you think so/);
  await page.keyboard.type(REASONS);
  await tabTo(page, /^Record my view/);
  await page.keyboard.press('Enter');
  await page.getByText('Error bound').waitFor();
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
}

async function confirm({ page }: Visitor): Promise<void> {
  await page.keyboard.press('d');
  await tabTo(page, /^Your reasons/);
  await page.keyboard.type(REASONS);
  await tabTo(page, /^Confirm/);
  await page.keyboard.press('Enter');
  await page.getByText('The case is decided.').waitFor();
}

async function checkEveryPage(running: Running, account: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    const visitor = await openVisitor({ colorScheme });
    const { page } = visitor;
    await page.goto(`${running.adminUrl}/console/`);
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await checkAccessible(page, `signing in, ${colorScheme}`);
    await signIn(visitor, running.adminUrl, running.tokens['admin'] ?? '');
    for (const path of ['/', '/cases', '/cases/case-1', '/accounts', `/accounts/${account}`, '/ledger', '/ledger/3', '/policy', '/reports', '/reviewers', '/settings']) {
      await page.goto(`${running.adminUrl}/console${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('load');
      await page.getByText('Loading…').first().waitFor({ state: 'detached' });
      await checkAccessible(page, `${path}, ${colorScheme}`);
      await checkTargets(page, `${path}: too small to be pressed`);
    }
    await page.goto(`${running.adminUrl}/console/cases/case-1`);
    await page.getByRole('button', { name: /^Reveal all/ }).first().click();
    await page.getByText('Template 1').first().waitFor();
    await checkAccessible(page, `the evidence revealed, ${colorScheme}`);
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await checkAccessible(page, `the keys, ${colorScheme}`);
    assert.deepEqual(visitor.troubles, []);
    await visitor.close();
  }
}

test('two people decide the rehearsal’s case by keyboard alone, an account appeals, and the bundle has it all', {
  timeout: 300_000,
  skip: browserMissing,
}, async (t) => {
  const scene = openScene(t);
  writeFileSync(join(scene.folder, 'portcullis.yaml'), `practice: true\ncases:\n  undoSeconds: ${UNDO_SECONDS}\n`);
  const running = await scene.start();
  const id = await untilCase(running);
  const { accounts } = await running.admin<{ accounts: { account: string }[] }>('GET', `/v1/cases/${id}`);
  const accused = accounts[0]?.account ?? '';
  await checkEveryPage(running, accused);

  const ada = await comeToCase(running, 'ada');
  await look(ada);
  await proposeHold(ada);
  const grace = await comeToCase(running, 'grace');
  assert.equal(await grace.page.getByText(REASONS).count(), 0, 'what ada thinks is not told before grace has looked');
  await look(grace);
  await confirm(grace);
  await grace.page.getByRole('table').getByText('hold').first().waitFor();

  await grace.page.getByRole('button', { name: 'Write down an appeal' }).click();
  const appeal = grace.page.locator('form').filter({ has: grace.page.getByRole('button', { name: 'Record the appeal' }) });
  await appeal.getByLabel('Account').fill(accused);
  await appeal.getByRole('textbox').last().fill('We teach four classes from one worksheet.');
  await appeal.getByRole('button', { name: 'Record the appeal' }).click();
  await grace.page.getByText('appealed', { exact: true }).first().waitFor();

  const hana = await comeToCase(running, 'hana');
  await look({ ...hana, page: hana.page }).catch(() => undefined);
  assert.deepEqual([...ada.troubles, ...grace.troubles, ...hana.troubles], []);
  await running.stop('SIGTERM');
  void run;
  void command;
});
