import type { Slot, Traffic } from '../api/shapes.ts';

const HOUR_MS = 3_600_000;

/** Every slot of the last hours; the server leaves out those without traffic. */
export function denseSlots({ slots, slotMs, nowMs }: Traffic, hours: number): Slot[] {
  const known = new Map(slots.map((slot) => [slot.startMs, slot]));
  const last = Math.floor(nowMs / slotMs) * slotMs;
  const count = Math.ceil((hours * HOUR_MS) / slotMs);
  return Array.from({ length: count }, (_, i) => {
    const startMs = last - (count - 1 - i) * slotMs;
    return known.get(startMs) ?? { startMs, exchanges: 0, completed: 0, tokens: 0, refused: 0 };
  });
}

/** Sums of the slots of each hour, newest first; hours without traffic are left out. */
export function perHour(slots: readonly Slot[]): Slot[] {
  const hours = new Map<number, Slot>();
  for (const slot of slots) {
    const startMs = Math.floor(slot.startMs / HOUR_MS) * HOUR_MS;
    const sum = hours.get(startMs) ?? { startMs, exchanges: 0, completed: 0, tokens: 0, refused: 0 };
    hours.set(startMs, {
      startMs,
      exchanges: sum.exchanges + slot.exchanges,
      completed: sum.completed + slot.completed,
      tokens: sum.tokens + slot.tokens,
      refused: sum.refused + slot.refused,
    });
  }
  return [...hours.values()]
    .filter((hour) => hour.exchanges + hour.completed + hour.refused > 0)
    .toSorted((a, b) => b.startMs - a.startMs);
}
