import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** Where the system's Chromium lies: Debian's package, unless the variable names another. */
const EXECUTABLE = process.env['PORTCULLIS_CHROMIUM'] ?? '/usr/bin/chromium';

/** Why tests in a browser are passed over; false where there is one. */
export const browserMissing: string | false = existsSync(EXECUTABLE)
  ? false
  : `no browser at ${EXECUTABLE}: install Debian's chromium, or name one by PORTCULLIS_CHROMIUM`;

let shared: Promise<Browser> | undefined;

/** One browser for a test file; it ends with it. */
function openBrowser(): Promise<Browser> {
  // Chromium refuses its sandbox to the superuser, as whom tests run in a container.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  shared ??= chromium.launch({ executablePath: EXECUTABLE, args });
  return shared;
}

export async function closeBrowser(): Promise<void> {
  await (await shared)?.close();
  shared = undefined;
}

export type Visitor = {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page said on its console as an error, and what it threw. */
  readonly troubles: string[];
  close(): Promise<void>;
};

/** Somebody with a browser of their own: no cookie or setting of anybody else. */
export async function openVisitor(
  look: { readonly colorScheme?: 'light' | 'dark'; readonly width?: number } = {},
): Promise<Visitor> {
  const { colorScheme = 'light', width = 1360 } = look;
  const browser = await openBrowser();
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme,
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('console', (message) => {
    // A refusal by the server is an answer; the pages tell of it.
    const isRefusal = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isRefusal) troubles.push(message.text());
  });
  return { page, context, troubles, close: () => context.close() };
}

/** Signs in by a token, as a person types it. */
export async function signIn({ page }: Visitor, adminUrl: string, token: string, path = '/'): Promise<void> {
  await page.goto(`${adminUrl}/console${path}`);
  await page
    .getByRole('textbox', { name: 'Operator token' })
    .or(page.locator('input[type=password]'))
    .first()
    .fill(token);
  await page.keyboard.press('Enter');
  await page.getByRole('navigation', { name: 'Pages', exact: true }).waitFor();
}
