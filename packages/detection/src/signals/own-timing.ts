import { DAY_COSINE, DAY_SINE } from './account-layout.ts';
import type { AccountState } from './account-state.ts';

// When an account sends, by itself: how much, how even its pace is and how its exchanges lie in the day.

const DAY_S = 86_400;
/** Spread of gaps that an account is credited with, as if so many gaps of it had been seen: people's, within and between sittings. */
const USUAL_SPREAD = 2;
const SPREAD_GAPS = 6;
const SHAPE_EXCHANGES = 8;

/** Standard deviation of the logarithm of gaps between exchanges: about 0 for a clock, 1.3 for chance alone, 2 and more for sittings with nights between. */
export function irregularity({ gaps, gapLogSum, gapLogSquares }: AccountState): number {
  const squares = gaps > 0 ? Math.max(0, gapLogSquares - gapLogSum ** 2 / gaps) : 0;
  return Math.sqrt((squares + SPREAD_GAPS * USUAL_SPREAD ** 2) / (gaps + SPREAD_GAPS));
}

/** How much exchanges gather at hours of the day: length of their mean on a circle of 24 hours (Mardia and Jupp, "Directional Statistics", 2.3), 0 round the clock, 1 at one moment. */
export function dayShape({ floats, exchanges }: AccountState): number {
  return Math.hypot(floats[DAY_COSINE] as number, floats[DAY_SINE] as number) / (exchanges + SHAPE_EXCHANGES);
}

/** Exchanges a day, over half a day at least. */
export function perDay({ exchanges, firstTime, lastTime }: AccountState): number {
  return exchanges / Math.max(0.5, (lastTime - firstTime) / DAY_S);
}
