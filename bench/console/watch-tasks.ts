import type { Page } from 'playwright-core';

/** Tasks of the page's main thread over 50 ms, as the browser counts them (W3C Long Tasks). */
export type Measured = {
  readonly name: string;
  readonly elapsedMs: number;
  readonly longestTaskMs: number;
  readonly longTasks: number;
};

const WATCH = `globalThis.longTasks = [];
  new PerformanceObserver((list) => globalThis.longTasks.push(...list.getEntries().map((each) => each.duration)))
    .observe({ type: 'longtask', buffered: true });`;

export async function watchTasks(page: Page): Promise<void> {
  await page.addInitScript(WATCH);
}

/** Does something a person does, and tells how long the page was busy in one piece. A page that is loaded anew begins to count anew. */
export async function measure(page: Page, name: string, act: () => Promise<unknown>): Promise<Measured> {
  await page.evaluate('globalThis.longTasks = []');
  const begunMs = performance.now();
  await act();
  const elapsedMs = performance.now() - begunMs;
  // The observer is told of a task after it has ended.
  await page.waitForTimeout(400);
  const tasks = (await page.evaluate('globalThis.longTasks')) as number[];
  return { name, elapsedMs, longestTaskMs: Math.max(0, ...tasks), longTasks: tasks.length };
}
