import type { StatedLoss } from '../disclosure.ts';

const NUMBERS = new Intl.NumberFormat('en', { maximumFractionDigits: 6 });

export const spellNumber = (value: number): string => NUMBERS.format(value).replace('-', '−');

const DIGITS = 6;

/** What is lost, in six digits and never below it: a third is 0.333334. */
export const spellLoss = ({ epsilon, delta }: StatedLoss): string =>
  `ε ${shorten(epsilon, 1)}, δ ${shorten(delta, 1)}`;

/** What is left, in six digits and never above it. */
export const spellLeft = ({ epsilon, delta }: StatedLoss): string =>
  `ε ${shorten(epsilon, -1)}, δ ${shorten(delta, -1)}`;

function shorten(value: number, away: 1 | -1): number {
  const nearest = Number(value.toPrecision(DIGITS));
  if ((nearest - value) * away >= 0) return nearest;
  const step = 10 ** (Math.floor(Math.log10(value)) + 1 - DIGITS);
  return Number((nearest + away * step).toPrecision(DIGITS));
}
