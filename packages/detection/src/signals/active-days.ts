// The last 32 days of an account as bits: bit 0 is the day of its latest exchange, bit 1 the day before. A day is one of 24 hours since the
// first exchange of the account's side.

const DAY_S = 86_400;

export const dayOf = (elapsed: number): number => Math.floor(elapsed / DAY_S);

/** The bits of `days`, whose bit 0 is day `from`, as seen from day `to`; what does not fit is dropped. */
export function shiftDays(days: number, from: number, to: number): number {
  const by = to - from;
  if (by >= 32 || by <= -32) return 0;
  return (by >= 0 ? days << by : days >>> -by) >>> 0;
}

/** Notes an exchange on day `day`. @param last day of the latest exchange before, which bit 0 stands for */
export function noteDay(days: number, last: number, day: number): number {
  if (day >= last) return (shiftDays(days, last, day) | 1) >>> 0;
  return last - day < 32 ? (days | (1 << (last - day))) >>> 0 : days;
}
