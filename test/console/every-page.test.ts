import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { browserMissing, closeBrowser, openVisitor, signIn, type Visitor } from './browser.ts';
import { checkAccessible, checkTargets } from './check-accessible.ts';
import { type ConsoleWorld, openConsoleWorld } from './open-world.ts';

// WCAG 2.2 AA, as far as a program can find: axe on every page and state, in light and dark, and the size of what can be pressed.

const skip = browserMissing;
let world: ConsoleWorld;
let id: string;
let report: string;
before(async () => {
  world = await openConsoleWorld();
  id = await world.openCase(
    ['Solve the riddle of the fox in few words.', 'Solve the riddle of the goose in few words.'],
    'page',
  );
  const made = await world.call('admin', 'POST', '/v1/reports', {
    period: new Date(world.clock.now()).toISOString().slice(0, 7),
    epsilon: '0.5',
    delta: '1e-6',
    soFar: true,
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  report = made.body.report;
  PAGES.push(`/reports/${report}`);
});
after(async () => {
  await closeBrowser();
  await world.close();
});

const PAGES: string[] = [
  '/',
  '/cases',
  '/accounts',
  '/accounts/page-0000',
  '/incidents',
  '/ledger',
  '/ledger/3',
  '/policy',
  '/reports',
  '/reviewers',
  '/settings',
  '/nothing-here',
];

async function settle({ page }: Visitor): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.getByText('Loading…').first().waitFor({ state: 'detached' });
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing before anybody is signed in, ${colorScheme}`, { skip }, async () => {
    const visitor = await openVisitor({ colorScheme });
    await visitor.page.goto(`${world.url}/console/`);
    await visitor.page.getByRole('button', { name: 'Sign in' }).waitFor();
    await checkAccessible(visitor.page, 'signing in');
    await visitor.page.getByRole('tab', { name: 'Password' }).click();
    await checkAccessible(visitor.page, 'signing in by password');
    await checkTargets(visitor.page, 'signing in');
    await visitor.close();
  });

  test(`axe finds nothing on any page, ${colorScheme}`, { skip, timeout: 240_000 }, async () => {
    const visitor = await openVisitor({ colorScheme });
    const { page } = visitor;
    await signIn(visitor, world.url, world.tokens['admin'] ?? '');
    for (const path of PAGES) {
      await page.goto(`${world.url}/console${path}`);
      await settle(visitor);
      await checkAccessible(page, path);
      await checkTargets(page, `${path}: too small to be pressed`);
    }
    assert.deepEqual(visitor.troubles, []);
    await visitor.close();
  });

  test(`axe finds nothing on a case in any of its states, ${colorScheme}`, {
    skip,
    timeout: 240_000,
  }, async () => {
    const visitor = await openVisitor({ colorScheme });
    const { page } = visitor;
    // Each of the two sees the case with new eyes.
    await signIn(
      visitor,
      world.url,
      world.tokens[colorScheme === 'light' ? 'cleo' : 'ben'] ?? '',
      `/cases/${id}`,
    );
    await settle(visitor);
    await checkAccessible(page, 'closed');
    await page.keyboard.press('r');
    await page.getByRole('heading', { name: 'Template 1' }).waitFor();
    await checkAccessible(page, 'revealed');
    await page.getByText('Yes, this is extraction').click();
    await page.getByLabel('Why you think so').fill('They solve the same riddle about other animals.');
    await page.getByRole('button', { name: 'Record my view' }).click();
    await page.getByText('Error bound', { exact: true }).waitFor();
    await checkAccessible(page, 'the decision');
    await checkTargets(page, 'the decision: too small to be pressed');
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { level: 1 }).click();
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await checkAccessible(page, 'the keys');
    assert.deepEqual(visitor.troubles, []);
    await visitor.close();
  });
}

test('at 320 pixels, as at four times the size, nothing has to be scrolled sideways but tables', {
  skip,
}, async () => {
  const visitor = await openVisitor({ width: 320 });
  const { page } = visitor;
  await signIn(visitor, world.url, world.tokens['admin'] ?? '');
  for (const path of [...PAGES, `/cases/${id}`]) {
    await page.goto(`${world.url}/console${path}`);
    await settle(visitor);
    const wide = (await page.evaluate('document.documentElement.scrollWidth - innerWidth')) as number;
    assert.ok(wide <= 0, `${path} is ${wide} pixels too wide`);
  }
  await visitor.close();
});

test('a report is shown and saved as it was published, with what is left of the month', {
  skip,
}, async () => {
  const visitor = await openVisitor();
  const { page } = visitor;
  await signIn(visitor, world.url, world.tokens['otto'] ?? '', '/reports');
  await page.getByRole('heading', { name: 'What is left of each month' }).waitFor();
  await page.getByRole('link', { name: report }).click();
  await page.getByRole('heading', { name: 'What it promises' }).waitFor();
  const { csv, disclosure } = (await world.call('otto', 'GET', `/v1/reports/${report}`)).body;
  for (const { title } of disclosure.tables)
    await page.getByRole('heading', { name: title, exact: true }).waitFor();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as a table' }).click();
  assert.equal(readFileSync(await (await saved).path(), 'utf8'), csv);
  assert.deepEqual(visitor.troubles, []);
  await visitor.close();
});
