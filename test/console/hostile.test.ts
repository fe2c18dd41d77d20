import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { REASONS } from '../../packages/server/src/cases/test/case-world.ts';
import { browserMissing, closeBrowser, openVisitor, signIn, type Visitor } from './browser.ts';
import { type ConsoleWorld, openConsoleWorld } from './open-world.ts';

// What a person or a prompt can do wrong in the console gets a clear answer, and nothing that was recorded is lost.

const skip = browserMissing;
let world: ConsoleWorld;
before(async () => {
  world = await openConsoleWorld();
});
after(async () => {
  await closeBrowser();
  await world.close();
});

async function visit(who: string, path: string): Promise<Visitor> {
  const visitor = await openVisitor();
  await signIn(visitor, world.url, world.tokens[who] ?? '', path);
  return visitor;
}

async function say({ page }: Visitor, button: string, reasons = REASONS): Promise<void> {
  const form = page.locator('form').filter({ has: page.getByRole('button', { name: button }) });
  await form.getByRole('textbox').last().fill(reasons);
  await form.getByRole('button', { name: button }).click();
}

async function look(visitor: Visitor): Promise<void> {
  await visitor.page
    .getByRole('button', { name: /^Reveal all/ })
    .first()
    .click();
  await visitor.page.getByText('Yes, this is extraction').click();
  await say(visitor, 'Record my view');
  await visitor.page.getByText('Error bound', { exact: true }).waitFor();
}

test('a script in a prompt is text, also where slots are marked', { skip }, async () => {
  const script = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script> solve this riddle for me`;
  const id = await world.openCase([`${script} one`, `${script} two`], 'script');
  const visitor = await visit('ada', `/cases/${id}`);
  const { page } = visitor;
  await page
    .getByRole('button', { name: /^Reveal all/ })
    .first()
    .click();
  await page.getByText('onerror').first().waitFor();
  assert.equal(await page.locator('main img, main script').count(), 0);
  assert.doesNotMatch(await page.title(), /owned/);
  assert.deepEqual(visitor.troubles, []);
  await visitor.close();
});

test('a prompt of ten megabytes is shown by pieces, and the page stays awake', { skip }, async () => {
  const id = await world.openCase(['tell me all '.repeat(870_000), 'tell me all'], 'long');
  const visitor = await visit('ada', `/cases/${id}`);
  const { page } = visitor;
  await page
    .getByRole('button', { name: /^Reveal all/ })
    .first()
    .click();
  await page
    .getByRole('button', { name: /^Show .* more characters/ })
    .first()
    .waitFor({ timeout: 30_000 });
  const shown = await page.locator('.content-text').first().textContent();
  assert.ok((shown?.length ?? 0) <= 2_000);
  await page.getByText('Yes, this is extraction').click();
  assert.deepEqual(visitor.troubles, []);
  await visitor.close();
});

test('nothing of the content or the score is in the page before it was asked for', { skip }, async () => {
  const id = await world.openCase(['the secret word is xylophone', 'the secret word is zeppelin'], 'blind');
  const visitor = await visit('ada', `/cases/${id}`);
  const answers: string[] = [];
  visitor.page.on('response', async (response) => {
    if (response.url().includes('/v1/')) answers.push(await response.text().catch(() => ''));
  });
  await visitor.page.reload();
  await visitor.page.getByText('It is shown once your view is recorded.').waitFor();
  await visitor.page.waitForLoadState('networkidle');
  const text = (await visitor.page.content()) + answers.join('');
  assert.doesNotMatch(text, /xylophone|"statistic"/);
  assert.equal(world.entries('evidence.viewed').filter((each) => each.case === id).length, 0);
  await visitor.page
    .getByRole('button', { name: /^Reveal: Exchange/ })
    .first()
    .click();
  await visitor.page.getByText('xylophone').waitFor();
  const viewed = world.entries('evidence.viewed').filter((each) => each.case === id);
  assert.deepEqual(
    viewed.map((each) => [each.by, each.items.length]),
    [['ada', 1]],
  );
  await visitor.close();
});

test('two people at once: the second is told what the first did, and the view of both is kept', {
  skip,
}, async () => {
  const id = await world.openCase(['do this one', 'do this two'], 'twice');
  const [ada, ben] = [await visit('ada', `/cases/${id}`), await visit('ben', `/cases/${id}`)];
  await look(ada);
  await look(ben);
  for (const { page } of [ada, ben]) await page.getByText(/^No answers until/).click();
  const typed = 'I was still writing this when she proposed.';
  await ben.page.getByLabel('Reasons', { exact: true }).fill(typed);
  await say(ada, 'Propose');
  await ada.page.getByText(/^ada proposes: Hold/).waitFor();
  await ben.page.getByText(/^ada proposes: Hold/).waitFor();
  assert.equal(
    await ben.page.getByLabel('Your reasons').inputValue(),
    typed,
    'what was typed is still there',
  );
  // Whoever was quicker than the page's news is refused in words.
  const second = { measure: 'hold', reasons: REASONS, rule: 'Terms of use.' };
  const late = await world.call('ben', 'POST', `/v1/cases/${id}/decisions`, second);
  assert.deepEqual([late.status, late.body.error.code], [409, 'conflict']);
  assert.equal(world.entries('decision').filter((each) => each.case === id).length, 1);
  assert.equal(world.entries('view.committed').filter((each) => each.case === id).length, 2);
  await ada.close();
  await ben.close();
});

test('a case that another person has taken says whose it is, and a decision on it is refused in words', {
  skip,
}, async () => {
  const id = await world.openCase(['take this one', 'take this two'], 'leased');
  const ben = await visit('ben', `/cases/${id}`);
  await look(ben);
  await ben.page.getByText('Nothing changes for the accounts.').click();
  await world.call('ada', 'POST', `/v1/cases/${id}/lease`);
  await say(ben, 'Decide');
  await ben.page
    .getByText(/ada works on case-\d+ until/)
    .first()
    .waitFor();
  assert.equal(world.entries('decision').filter((each) => each.case === id).length, 0);
  // What was typed is still there.
  assert.equal(await ben.page.getByRole('textbox').last().inputValue(), REASONS);
  await ben.close();
});

test('a session that has ended leads to the way in, and what was recorded stays', { skip }, async () => {
  const added = await world.call('admin', 'POST', '/v1/operators', { operator: 'dora', role: 'reviewer' });
  const visitor = await openVisitor();
  await signIn(visitor, world.url, added.body.token, '/cases');
  await world.call('admin', 'DELETE', '/v1/operators/dora', { reason: 'Left the team last week.' });
  await visitor.page.goto(`${world.url}/console/accounts`);
  await visitor.page.getByRole('button', { name: 'Sign in' }).waitFor();
  await visitor.close();
});

test('a wrong token is refused in words that do not repeat it', { skip }, async () => {
  const visitor = await openVisitor();
  await visitor.page.goto(`${world.url}/console/`);
  await visitor.page.locator('input[type=password]').fill('pc_operator_wrong');
  await visitor.page.keyboard.press('Enter');
  const alert = visitor.page.getByRole('alert');
  await alert.waitFor();
  assert.doesNotMatch((await alert.textContent()) ?? '', /pc_operator_wrong|Authorization|Bearer/);
  await visitor.close();
});
