import { bitsOf, DAY_COSINE, DAY_SINE } from '../signals/account-layout.ts';
import type { AccountState } from '../signals/account-state.ts';
import { dayOf, shiftDays } from '../signals/active-days.ts';

// How far two accounts keep the same time: hours of the day, days, and turns that both make at once.

const DAY_S = 86_400;
/** An account that sent nothing for so long has fallen silent. */
const SILENT_S = 1.5 * DAY_S;

/** Distance of their mean hours on the circle of the day: 0 the same, 2 opposite moments. */
export function hoursApart(a: AccountState, b: AccountState): number {
  const gap = (at: number): number =>
    (a.floats[at] as number) / a.exchanges - (b.floats[at] as number) / b.exchanges;
  return Math.hypot(gap(DAY_COSINE), gap(DAY_SINE));
}

/** Of the days on which either sent since both had begun, the share on which one did not; 0 where there is none. */
export function daysApart(a: AccountState, b: AccountState): number {
  const last = Math.max(dayOf(a.lastTime), dayOf(b.lastTime));
  const began = Math.max(dayOf(a.firstTime), dayOf(b.firstTime));
  const span = last - began + 1;
  if (span <= 0) return 1;
  const window = span >= 32 ? 0xffffffff : 2 ** span - 1;
  const seen = (state: AccountState): number =>
    shiftDays(state.activeDays, dayOf(state.lastTime), last) & window;
  const either = bitsOf(seen(a) | seen(b));
  return either === 0 ? 0 : 1 - bitsOf(seen(a) & seen(b)) / either;
}

/** Whether both turned to another model, or fell silent, within a day of each other. @param times seconds of the look on the clock of either side */
export function turnTogether(
  a: AccountState,
  b: AccountState,
  times: readonly [a: number, b: number],
): boolean {
  const near = (x: number | null, y: number | null): boolean =>
    x !== null && y !== null && Math.abs(x - y) <= DAY_S;
  if (near(a.modelSince, b.modelSince)) return true;
  const silent = ({ lastTime }: AccountState, now: number): number | null =>
    now - lastTime >= SILENT_S ? lastTime : null;
  return near(silent(a, times[0]), silent(b, times[1]));
}
