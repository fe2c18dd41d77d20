/** Says whether one more call of somebody is let through. */
export type CallLimit = { take(who: string, nowMs: number): boolean };

const KNOWN_MAX = 10_000;

/** At most `callsMax` calls in any `windowMs` by one name, counted in fixed windows; who is not known any more begins anew. */
export function createCallLimit(callsMax: number, windowMs: number): CallLimit {
  let counts = new Map<string, number>();
  let windowAt = 0;
  return {
    take(who, nowMs) {
      const at = Math.floor(nowMs / windowMs);
      if (at !== windowAt || counts.size > KNOWN_MAX) {
        counts = new Map();
        windowAt = at;
      }
      const count = (counts.get(who) ?? 0) + 1;
      counts.set(who, count);
      return count <= callsMax;
    },
  };
}
