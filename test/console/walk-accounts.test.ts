import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browserMissing, closeBrowser, openVisitor, signIn } from './browser.ts';
import { type ConsoleWorld, openConsoleWorld } from './open-world.ts';

// All accounts of a large campaign can be reached, beyond the thousand that come with the case.

const skip = browserMissing;
const ACCOUNTS = 1250;
let world: ConsoleWorld;
before(async () => {
  world = await openConsoleWorld();
});
after(async () => {
  await closeBrowser();
  await world.close();
});

test('1,250 accounts of a case are walked page by page, and entered at a name', {
  skip,
  timeout: 120_000,
}, async () => {
  const names = Array.from({ length: ACCOUNTS }, (_, i) => `walk-${String(i).padStart(5, '0')}`);
  await world.find('large', names);
  const visitor = await openVisitor();
  const { page } = visitor;
  await signIn(visitor, world.url, world.tokens['ada'] ?? '', '/cases/case-1');
  const pager = page.locator('#accounts').getByRole('navigation');
  const row = (name: string) => page.locator('#accounts').getByRole('row', { name });
  for (let from = 0; from < ACCOUNTS; from += 100) {
    await row(names[from] ?? '').waitFor();
    if (from + 100 < ACCOUNTS) await pager.getByRole('button', { name: 'Next' }).click();
  }
  await pager.getByText('50 of 1,250').waitFor();
  assert.equal(await pager.getByRole('button', { name: 'Next' }).isDisabled(), true);
  await pager.getByRole('button', { name: 'Back' }).click();
  await row('walk-01100').waitFor();
  await page.getByLabel('List the names after').fill('walk-0112');
  await row('walk-01120').waitFor();
  await row('walk-01100').waitFor({ state: 'detached' });
  assert.equal(await pager.getByRole('button', { name: 'Back' }).isDisabled(), true);
  assert.deepEqual(visitor.troubles, []);
  await visitor.close();
});
