import type { SeededRandom } from '../../../packages/detection/test/seeded-random.ts';
import { drawGamma, drawPoisson } from './draw.ts';
import type { Arrival } from './scenario-params.ts';
import { drawSecondOfDay, type Traces } from './traces.ts';

const DAY_S = 86_400;

/** When an account sends: `perDay` exchanges a day on average, from `from` to `until` (seconds). Sorted. */
export type ArrivalSpan = { readonly from: number; readonly until: number; readonly perDay: number };

/** Times of an account's exchanges, unix seconds with milliseconds, ascending. Empty spans give none. */
export function drawArrivals(
  arrival: Arrival,
  span: ArrivalSpan,
  traces: Traces,
  random: SeededRandom,
): Float64Array {
  const times =
    arrival === 'people'
      ? drawSessions(span, traces, random)
      : arrival === 'program'
        ? drawLoad(span, traces, random)
        : drawSteady(span, random);
  return Float64Array.from(times, (t) => Math.round(t * 1000) / 1000).sort();
}

/** Exchanges of one sitting of a person, on average. */
const SITTING = 4;

/** Sittings at the hours people are awake in their place, with a chat service's gaps inside. */
function drawSessions(span: ArrivalSpan, traces: Traces, random: SeededRandom): number[] {
  const shift = random.below(24);
  const times: number[] = [];
  for (let day = Math.floor(span.from / DAY_S) * DAY_S; day < span.until; day += DAY_S) {
    const sittings = drawPoisson(span.perDay / SITTING, random);
    for (let i = 0; i < sittings; i++) {
      let t = day + drawSecondOfDay(traces.day, shift, random);
      const length = 1 + drawPoisson(SITTING - 1, random);
      for (let k = 0; k < length; k++) {
        if (t >= span.from && t < span.until) times.push(t);
        t += random.pick(traces.gapsS) * (0.7 + 0.6 * random.next());
      }
    }
  }
  return times;
}

/** A renewal process as bursty as a traced client's, run through the hours of its day. */
function drawLoad(span: ArrivalSpan, traces: Traces, random: SeededRandom): number[] {
  const client = random.pick(traces.clients);
  const cv = Math.min(client.cv, 5);
  const times: number[] = [];
  let dayLoad = drawGamma(cv, random);
  for (let day = Math.floor(span.from / DAY_S) * DAY_S; day < span.until; day += DAY_S) {
    for (; dayLoad < span.perDay; dayLoad += drawGamma(cv, random)) {
      const t = day + secondAtLoad(client.hours, dayLoad / span.perDay);
      if (t >= span.from && t < span.until) times.push(t);
    }
    dayLoad -= span.perDay;
  }
  return times;
}

/** The second of the day at which the share `load` of the day's load is done. */
function secondAtLoad(hours: Float64Array, load: number): number {
  let rest = load;
  let hour = 0;
  while (hour < 23 && rest >= (hours[hour] as number)) rest -= hours[hour++] as number;
  return (hour + Math.min(0.999, rest / Math.max(1e-9, hours[hour] as number))) * 3600;
}

/** An even pace, each step off by up to a fifth. */
function drawSteady(span: ArrivalSpan, random: SeededRandom): number[] {
  const step = DAY_S / span.perDay;
  const times: number[] = [];
  for (let t = span.from + random.next() * step; t < span.until; t += step * (0.8 + 0.4 * random.next()))
    times.push(t);
  return times;
}
