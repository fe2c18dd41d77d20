import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browserMissing, closeBrowser, openVisitor, signIn } from './browser.ts';
import { type ConsoleWorld, openConsoleWorld } from './open-world.ts';

/** Bytes that come over the wire, compressed, until a person sees a page. */
const FIRST_LOAD_BYTES_MAX = 250 * 1024;

const skip = browserMissing;
let world: ConsoleWorld;
before(async () => {
  world = await openConsoleWorld();
});
after(async () => {
  await closeBrowser();
  await world.close();
});

test('the first page comes in under 250 KB, compressed, and nothing of it from elsewhere', {
  skip,
}, async (t) => {
  const visitor = await openVisitor();
  const { page } = visitor;
  const bytes = new Map<string, number>();
  page.on('requestfinished', async (request) => {
    const { responseBodySize, responseHeadersSize } = await request.sizes();
    bytes.set(new URL(request.url()).pathname, responseBodySize + responseHeadersSize);
    assert.ok(request.url().startsWith(`${world.url}/`), request.url());
  });
  await signIn(visitor, world.url, world.tokens['ada'] ?? '');
  await page.getByRole('img').waitFor();
  await page.waitForTimeout(200);
  const files = [...bytes].filter(([path]) => path.startsWith('/console/'));
  const total = files.reduce((sum, [, size]) => sum + size, 0);
  t.diagnostic(`${files.length} files, ${Math.round(total / 1024)} KB`);
  assert.ok(total > 50_000, 'it was not measured');
  assert.ok(total < FIRST_LOAD_BYTES_MAX, files.map((each) => each.join(' ')).join('\n'));
  await visitor.close();
});

test('whoever comes again loads the page alone: files with a hash in their name are kept', {
  skip,
}, async () => {
  const visitor = await openVisitor();
  await signIn(visitor, world.url, world.tokens['ada'] ?? '');
  const kept = await visitor.page.evaluate(`fetch(document.querySelector('script[type=module]').src)
    .then((answer) => answer.headers.get('cache-control'))`);
  assert.match(String(kept), /immutable/);
  await visitor.close();
});
