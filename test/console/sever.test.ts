import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { REASONS } from '../../packages/server/src/cases/test/case-world.ts';
import { browserMissing, closeBrowser, openVisitor, signIn } from './browser.ts';
import { focused, tabTo } from './keyboard.ts';
import { type ConsoleWorld, openConsoleWorld } from './open-world.ts';

const skip = browserMissing;
let world: ConsoleWorld;
before(async () => {
  world = await openConsoleWorld();
});
after(async () => {
  await closeBrowser();
  await world.close();
});

test('an account that does not belong is taken out by keyboard, and the case goes on without it', {
  skip,
}, async () => {
  const prompts = ['fox', 'goose', 'crane'].map((each) => `Solve the riddle of the ${each} in few words.`);
  const id = await world.openCase(prompts, 'severed');
  const visitor = await openVisitor();
  const { page } = visitor;
  await signIn(visitor, world.url, world.tokens['ada'] ?? '', `/cases/${id}`);
  await page.getByRole('heading', { name: '3 accounts of the case' }).waitFor();
  await tabTo(page, /^Take an account out/);
  await page.keyboard.press('Enter');
  await page.getByText('Look at the evidence and record your view first.').waitFor();
  await world.call('ada', 'POST', `/v1/cases/${id}/evidence`, {});
  await world.call('ada', 'POST', `/v1/cases/${id}/views`, { view: 'unsure', reasons: REASONS });
  await tabTo(page, /^Account to take out/);
  await page.keyboard.type('severed-0001');
  await tabTo(page, /^Why it does not belong/);
  await page.keyboard.type(REASONS);
  await tabTo(page, /^Take it out/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: '2 accounts of the case' }).waitFor();
  assert.match(await focused(page), /^2 accounts of the case/, 'the focus goes to what changed');
  await page.getByText('severed-0001 was taken out of the case by ada.').waitFor();
  assert.equal(await page.getByLabel('Account to take out').inputValue(), '', 'one is not taken out twice');
  const [entry] = world.entries('account.severed');
  assert.deepEqual([entry?.account, entry?.by], ['severed-0001', 'ada']);
  assert.deepEqual(visitor.troubles, []);
  await visitor.close();
});
