import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createAdminWorld } from '../../packages/server/src/admin/test/admin-world.ts';
import { findConsole } from '../../packages/server/src/console/console-files.ts';
import { CLIENT, startProvider } from '../../packages/server/src/sign-in/test/provider.ts';
import { browserMissing, closeBrowser, openVisitor } from './browser.ts';
import { checkAccessible, checkTargets } from './check-accessible.ts';

// The button of an organisation, in a real browser: it is there where a provider is set, and a refusal is said in words.

const skip = browserMissing;
let provider: Awaited<ReturnType<typeof startProvider>>;
before(async () => {
  provider = await startProvider();
});
after(async () => {
  await closeBrowser();
  await provider.close();
});

test('who comes back refused reads why, and can begin again', { skip }, async (t) => {
  const settings = { ...CLIENT, issuer: provider.issuer, operatorClaim: 'email', domain: null } as const;
  const world = await createAdminWorld({}, undefined, findConsole(), { settings, log: () => {} });
  t.after(() => world.close());
  const { page, close } = await openVisitor();
  t.after(close);
  await page.goto(`${world.url}/v1/session/organisation/callback?state=x`);
  assert.equal(new URL(page.url()).search, '?refused=gone');
  await page.getByRole('alert').getByText('begun in another browser').waitFor();
  const button = page.getByRole('link', { name: 'Sign in by your organisation' });
  await button.waitFor();
  await checkAccessible(page, 'signing in by an organisation');
  await checkTargets(page, 'signing in by an organisation');
  const asked = page.waitForRequest((request) => request.url().startsWith(`${provider.issuer}/authorize`));
  await button.click();
  assert.match((await asked).url(), /code_challenge_method=S256/);
});

test('where no provider is set there is no button', { skip }, async (t) => {
  const world = await createAdminWorld({}, undefined, findConsole());
  t.after(() => world.close());
  const { page, close } = await openVisitor();
  t.after(close);
  const told = page.waitForResponse((answer) => answer.url().endsWith('/v1/session/ways'));
  await page.goto(`${world.url}/console/`);
  await told;
  await page.getByRole('heading', { level: 1 }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'Sign in by your organisation' }).count(), 0);
});
