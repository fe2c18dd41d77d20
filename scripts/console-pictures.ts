// Makes the pictures of the console in docs/pictures from a rehearsal: npm run pictures
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { closeBrowser, openVisitor, signIn, type Visitor } from '../test/console/browser.ts';
import { openScene, ROOT, type Running } from '../test/start-portcullis.ts';

const FOLDER = join(ROOT, 'docs', 'pictures');
const REASONS = 'They divide one work list between them, in the words of one template.';
const endings: (() => Promise<void>)[] = [];

async function untilCase(running: Running): Promise<void> {
  for (let waited = 0; waited < 120_000; waited += 500) {
    const { cases } = await running.admin<{ cases: unknown[] }>('GET', '/v1/cases');
    if (cases.length > 0) return;
    await sleep(500);
  }
  throw new Error(`The rehearsal found nothing.\n${running.output()}`);
}

async function shoot({ page }: Visitor, name: string): Promise<void> {
  await page.getByText('Loading…').first().waitFor({ state: 'detached' });
  await page.mouse.move(0, 0);
  // Charts and graphs are drawn after what stands around them.
  await page.waitForTimeout(2_000);
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
  console.log(`docs/pictures/${name}.png`);
}

async function shootConsole(running: Running, colorScheme: 'light' | 'dark'): Promise<void> {
  const visitor = await openVisitor({ colorScheme, width: 1280 });
  const { page } = visitor;
  const to = (path: string) => page.goto(`${running.adminUrl}/console${path}`);
  await signIn(visitor, running.adminUrl, running.tokens[colorScheme === 'light' ? 'ada' : 'grace'] ?? '');
  await shoot(visitor, `overview-${colorScheme}`);
  await to('/cases/case-1');
  await page
    .getByRole('button', { name: /^Reveal all/ })
    .first()
    .click();
  await page.getByRole('heading', { name: 'Template 1' }).waitFor();
  await shoot(visitor, `case-${colorScheme}`);
  await page
    .getByRole('heading', { name: 'Who is linked to whom, and why' })
    .evaluate((each) => each.scrollIntoView());
  await shoot(visitor, `links-${colorScheme}`);
  await to('/ledger/3');
  await shoot(visitor, `entry-${colorScheme}`);
  await visitor.close();
}

/** Two people hold the accounts over the API, so that there is something to tell the accused. */
async function shootHearing(running: Running): Promise<void> {
  const as = async (who: string, path: string, body: object): Promise<Record<string, string>> => {
    const answer = await fetch(`${running.adminUrl}/v1/cases/case-1${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${running.tokens[who] ?? ''}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as Record<string, string>;
  };
  for (const who of ['ada', 'grace']) await as(who, '/views', { view: 'extraction', reasons: REASONS });
  const rule = 'Terms of use: no extraction of the model.';
  const { decision } = await as('ada', '/decisions', { measure: 'hold', reasons: REASONS, rule });
  await as('grace', `/decisions/${decision}/confirm`, { reasons: REASONS });
  const { url } = await as('ada', '/accounts/practice-campaign-1-01/links', {});
  const holder = await openVisitor({ width: 1000 });
  await holder.page.goto(url ?? '');
  await holder.page
    .getByRole('button', { name: /^Verify the receipt/ })
    .first()
    .waitFor();
  await shoot(holder, 'hearing-light');
  await holder.close();
}

mkdirSync(FOLDER, { recursive: true });
const scene = openScene({ after: (end) => void endings.push(end) });
try {
  writeFileSync(
    join(scene.folder, 'portcullis.yaml'),
    'practice: true\nhearing:\n  port: 0\ncases:\n  undoSeconds: 0\n',
  );
  const running = await scene.start();
  await untilCase(running);
  await shootConsole(running, 'light');
  await shootConsole(running, 'dark');
  await shootHearing(running);
} finally {
  await closeBrowser();
  for (const end of endings) await end();
}
