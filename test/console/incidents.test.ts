import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { REASONS } from '../../packages/server/src/cases/test/case-world.ts';
import { browserMissing, closeBrowser, openVisitor, signIn, type Visitor } from './browser.ts';
import { checkAccessible, checkTargets } from './check-accessible.ts';
import { tabTo } from './keyboard.ts';
import { type ConsoleWorld, openConsoleWorld } from './open-world.ts';

// From becoming aware of an incident to its end in the browser, by keys alone; what is late says so in words.

const skip = browserMissing;
const WHAT = 'A copy of the weights was found elsewhere.';
const DAY_MS = 86_400_000;
let world: ConsoleWorld;
before(async () => {
  world = await openConsoleWorld();
});
after(async () => {
  await closeBrowser();
  await world.close();
});

async function visit(who: string, path: string, colorScheme: 'light' | 'dark' = 'light'): Promise<Visitor> {
  const visitor = await openVisitor({ colorScheme });
  await signIn(visitor, world.url, world.tokens[who] ?? '', path);
  await visitor.page.getByRole('heading', { level: 2 }).first().waitFor();
  return visitor;
}

const become = (what: string) =>
  world.call('ada', 'POST', '/v1/incidents', { what, kinds: ['weight-exfiltration'] });

test('a person becomes aware, decides about a rule, writes a report down and resolves, by keys alone', {
  skip,
  timeout: 120_000,
}, async () => {
  const visitor = await visit('ada', '/incidents');
  const { page } = visitor;
  const press = async (name: RegExp, key = 'Enter') => {
    await tabTo(page, name);
    await page.keyboard.press(key);
  };
  const type = async (name: RegExp, text: string) => {
    await tabTo(page, name);
    await page.keyboard.type(text);
  };
  await press(/^Become aware/);
  await type(/^What happened/, WHAT);
  await press(/^weights taken/, 'Space');
  await press(/^Start the clocks/);
  await page.getByRole('heading', { level: 1, name: /^incident-/ }).waitFor();
  await page.getByText(WHAT).waitFor();
  await page.getByText('Decide first that a rule asks for one.').waitFor();
  await press(/^Decide about eu-gpai/);
  await press(/Yes, a report is due/, 'Space');
  await type(/^Why you decide so/, REASONS);
  await press(/^Record the decision about eu-gpai/);
  await page.getByText(`ada: ${REASONS}`).waitFor();
  await press(/^Write down a report/);
  await press(/^eu-gpai-cyber/, 'Space');
  await type(/^Its reference/, 'Receipt 17.');
  await press(/^Write it down/);
  await page.getByText('Receipt 17.', { exact: true }).waitFor();
  await page.getByRole('heading', { level: 1 }).focus();
  await press(/^Resolve the incident/);
  await type(/^Why it is resolved/, REASONS);
  await press(/^It is resolved/);
  await page.getByRole('button', { name: 'Resolve the incident' }).waitFor({ state: 'detached' });
  const { body } = await world.call('ada', 'GET', '/v1/incidents');
  const [incident] = body.incidents;
  assert.equal(incident.what, WHAT);
  assert.deepEqual(incident.kinds, ['weight-exfiltration']);
  assert.deepEqual(
    incident.classified.map((each: { rule: string; reportable: boolean }) => [each.rule, each.reportable]),
    [['eu-gpai', true]],
  );
  assert.equal(incident.reports[0].reference, 'Receipt 17.');
  assert.notEqual(incident.resolvedMs, null);
  assert.deepEqual(visitor.troubles, []);
  await visitor.close();
});

test('an open page learns of an incident by itself, and what is refused says why', { skip }, async () => {
  const visitor = await visit('ada', '/incidents');
  const { page } = visitor;
  await become('A disk with prompts was left on a train.');
  await page.getByRole('cell', { name: 'A disk with prompts was left on a train.' }).waitFor();
  await page.getByRole('button', { name: 'Become aware of an incident' }).click();
  await page.getByLabel('What happened').fill(WHAT);
  await page.getByText('weights taken', { exact: true }).click();
  await page.getByLabel('Case it belongs to, if any').fill('case-99');
  await page.getByRole('button', { name: 'Start the clocks' }).click();
  await page.getByRole('alert').getByText('There is no such case').waitFor();
  assert.equal(await page.getByLabel('What happened').inputValue(), WHAT);
  await visitor.close();
});

test('an auditor sees all and is offered nothing to change', { skip }, async () => {
  const { body } = await become('Weights were copied by nobody we know.');
  const visitor = await visit('otto', `/incidents/${body.incident}`);
  assert.equal(await visitor.page.locator('main form, main .disclosure').count(), 0);
  await visitor.close();
});

test('what is late stands at the top and says so; axe finds nothing, light and dark', {
  skip,
  timeout: 120_000,
}, async () => {
  const late = (await become('The weights are for sale, somebody says.')).body.incident;
  world.advance(6 * DAY_MS);
  await become('The weights are for sale in another place.');
  for (const colorScheme of ['light', 'dark'] as const) {
    const visitor = await visit('ada', '/incidents', colorScheme);
    const { page } = visitor;
    const rows = page.getByRole('grid', { name: 'What is due' }).getByRole('row');
    await rows.nth(1).waitFor();
    const first = await rows.nth(1).innerText();
    assert.match(first, /late/);
    const states = (await rows.allInnerTexts()).slice(1).map((text) => /\blate\b/.test(text));
    assert.deepEqual(
      states,
      states.toSorted((a, b) => Number(b) - Number(a)),
    );
    assert.ok(states.includes(true) && states.includes(false));
    await page.getByRole('button', { name: 'Become aware of an incident' }).click();
    await checkAccessible(page, 'incidents');
    await checkTargets(page, 'incidents: too small to be pressed');
    await page.goto(`${world.url}/console/incidents/${late}`);
    const row = page.getByRole('row').filter({ hasText: 'eu-gpai-cyber' });
    await row.getByText('late', { exact: true }).waitFor();
    for (const name of ['Decide about eu-gpai', 'Resolve the incident'])
      await page.getByRole('button', { name }).click();
    await checkAccessible(page, 'an incident');
    await checkTargets(page, 'an incident: too small to be pressed');
    assert.deepEqual(visitor.troubles, []);
    await visitor.close();
  }
});
