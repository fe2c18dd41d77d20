import type { Page } from 'playwright-core';

/** The longest task of the page's main thread: by the clock, and by the processor time that it took itself. */
export type Measured = {
  readonly name: string;
  readonly elapsedMs: number;
  readonly longestMs: number;
  readonly longestCpuMs: number;
};

/** A complete event of Chromium's trace: microseconds by the clock, and of the thread's processor time. */
type TraceEvent = {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
};

const CATEGORIES = ['toplevel', 'disabled-by-default-devtools.timeline', '__metadata'];

/** Does something a person does, and tells how long the page was busy in one piece meanwhile. */
export async function measure(page: Page, name: string, act: () => Promise<unknown>): Promise<Measured> {
  const browser = page.context().browser();
  if (browser === null) throw new Error('The page has no browser.');
  await browser.startTracing(page, { categories: CATEGORIES });
  const begunMs = performance.now();
  await act();
  const elapsedMs = performance.now() - begunMs;
  await page.waitForTimeout(400);
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const tasks = mainThreadTasks(trace.traceEvents);
  const longest = (of: 'dur' | 'tdur'): number => Math.max(0, ...tasks.map((each) => (each[of] ?? 0) / 1000));
  return { name, elapsedMs, longestMs: longest('dur'), longestCpuMs: longest('tdur') };
}

function mainThreadTasks(events: readonly TraceEvent[]): TraceEvent[] {
  const isMain = new Set(
    events
      .filter((each) => each.name === 'thread_name' && each.args?.name === 'CrRendererMain')
      .map((each) => `${each.pid} ${each.tid}`),
  );
  return events.filter(
    (each) => each.ph === 'X' && each.name.endsWith('RunTask') && isMain.has(`${each.pid} ${each.tid}`),
  );
}
