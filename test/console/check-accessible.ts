import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** WCAG 2.2 in its levels A and AA; 2.2 includes what came before. */
const LEVELS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

type Found = {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string; failureSummary?: string }[];
  }[];
};

/** Axe finds nothing on the page as it stands. */
export async function checkAccessible(page: Page, what: string): Promise<void> {
  // The page's policy lets no script in but its own; axe comes past it by the debugger, as an extension would.
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(LEVELS)}, resultTypes: ['violations'] })`,
  )) as Found;
  const told = violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map((node) => `${node.html.slice(0, 200)} ${node.failureSummary ?? ''}`).join('\n    ')}`,
  );
  assert.deepEqual(told, [], `${what}\n  ${told.join('\n  ')}`);
}

/** Everything that can be pressed (of a choice the whole line, not the field hidden in it) is at least 24 px high and wide, or stands in a line of text (WCAG 2.2, 2.5.8). */
export async function checkTargets(page: Page, what: string): Promise<void> {
  const small =
    (await page.evaluate(`[...document.querySelectorAll('a[href], button, .radio, [role=radio], input, textarea, [role=tab], summary')]
    .filter((each) => each.checkVisibility() && !each.closest('p, .unseen, td') && !each.matches('.skip, input[type=radio], input[type=checkbox]'))
    .map((each) => ({ text: each.textContent, box: each.getBoundingClientRect() }))
    .filter(({ box }) => box.height > 0 && (box.height < 24 || box.width < 24))
    .map(({ text, box }) => text + ' ' + Math.round(box.width) + '×' + Math.round(box.height))`)) as string[];
  assert.deepEqual(small, [], what);
}
