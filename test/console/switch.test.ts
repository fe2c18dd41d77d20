import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { REASONS } from '../../packages/server/src/cases/test/case-world.ts';
import { browserMissing, closeBrowser, openVisitor, signIn, type Visitor } from './browser.ts';
import { checkAccessible } from './check-accessible.ts';
import { type ConsoleWorld, openConsoleWorld } from './open-world.ts';

// What no person does is stopped by a reviewer and let go on by an admin, each asked once more before.

const skip = browserMissing;
let world: ConsoleWorld;
before(async () => {
  world = await openConsoleWorld();
});
after(async () => {
  await closeBrowser();
  await world.close();
});

const isStopped = async () => (await world.call('ada', 'GET', '/v1/switch')).body.stopped as boolean;

async function openSwitch(who: string): Promise<Visitor> {
  const visitor = await openVisitor({ colorScheme: who === 'ada' ? 'light' : 'dark' });
  await signIn(visitor, world.url, world.tokens[who] ?? '');
  const { page } = visitor;
  await page.getByRole('button', { name: 'Stop, start or drill' }).click();
  await page.getByLabel('Reasons').fill(REASONS);
  return visitor;
}

test('a reviewer stops it after a dialog; Enter alone goes back; only an admin lets it go on', {
  skip,
}, async () => {
  const reviewer = await openSwitch('ada');
  const { page } = reviewer;
  const dialog = page.getByRole('alertdialog');
  await page.getByRole('button', { name: 'Stop it' }).click();
  await dialog.getByText(REASONS).waitFor();
  await checkAccessible(page, 'stopping');
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  assert.equal(await isStopped(), false);
  await page.getByRole('button', { name: 'Stop it' }).click();
  await dialog.getByRole('button', { name: 'Stop it' }).click();
  await page.getByText('Stopped by ada:').waitFor();
  assert.equal(await isStopped(), true);
  assert.equal(await page.getByRole('button', { name: 'Let it go on' }).count(), 0);
  await reviewer.close();

  const admin = await openSwitch('admin');
  await admin.page.getByRole('button', { name: 'Let it go on' }).click();
  const asked = admin.page.getByRole('alertdialog');
  await asked.waitFor();
  await checkAccessible(admin.page, 'starting');
  await asked.getByRole('button', { name: 'Let it go on' }).click();
  await admin.page.getByText('Stopped by ada:').waitFor({ state: 'detached' });
  assert.equal(await isStopped(), false);
  assert.deepEqual([...reviewer.troubles, ...admin.troubles], []);
  await admin.close();
});
