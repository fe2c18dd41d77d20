import type { StatedLoss } from '../disclosure.ts';

const NUMBERS = new Intl.NumberFormat('en', { maximumFractionDigits: 6 });

export const spellNumber = (value: number): string => NUMBERS.format(value).replace('-', '−');

export const spellLoss = ({ epsilon, delta }: StatedLoss): string =>
  `ε ${Number(epsilon.toPrecision(6))}, δ ${Number(delta.toPrecision(6))}`;
