import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';

/** What has the focus, as a screen reader would name it. */
export function focused(page: Page): Promise<string> {
  return page.evaluate(`(() => {
    const element = document.activeElement;
    const label = element.labels?.[0]?.textContent ?? element.getAttribute('aria-label') ?? element.textContent ?? '';
    const named = (element.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
    return (label + ' ' + named).trim();
  })()`) as Promise<string>;
}

/** Moves the focus with Tab alone until something of that name has it. */
export async function tabTo(page: Page, name: RegExp, pressesMax = 80): Promise<void> {
  const passed: string[] = [];
  for (let i = 0; i < pressesMax; i += 1) {
    await page.keyboard.press('Tab');
    const here = await focused(page);
    if (name.test(here)) return;
    passed.push(here.slice(0, 40));
  }
  assert.fail(`Tab did not come to ${name}; it passed\n  ${passed.join('\n  ')}`);
}
