import { LANGUAGE } from './say.ts';

const counts = new Intl.NumberFormat(LANGUAGE);
const compact = new Intl.NumberFormat(LANGUAGE, { notation: 'compact', maximumFractionDigits: 1 });
const relative = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: 'auto', style: 'narrow' });

export const spellCount = (count: number): string => counts.format(count);
/** Short from ten thousand on, where a digit more says nothing. */
export const spellCompact = (count: number): string =>
  Math.abs(count) < 10_000 ? counts.format(count) : compact.format(count);

const two = (value: number): string => String(value).padStart(2, '0');

/** Local time as `2026-11-26 00:40:19`, which sorts and reads the same everywhere. */
export function spellTime(timeMs: number): string {
  const at = new Date(timeMs);
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** How long ago, or until when, in the largest unit that fits. */
export function spellAge(timeMs: number, nowMs: number): string {
  const difference = timeMs - nowMs;
  for (const [unit, ms] of UNITS)
    if (Math.abs(difference) >= ms) return relative.format(Math.trunc(difference / ms), unit);
  return relative.format(Math.trunc(difference / 1000), 'second');
}
