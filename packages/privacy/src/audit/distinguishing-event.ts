/** Outcomes by which two inputs are told apart. */
export type DistinguishingEvent = Readonly<{
  /** For readers: `= 5`, `≥ 3`, `in 7 outcomes`. */
  name: string;
  /** Is it more likely under the first input? */
  underFirst: boolean;
  holds: (outcome: unknown) => boolean;
}>;

const THRESHOLDS = 64;
/** Outcomes seen less often are on no side: each of many that were seen once is in favour of where it was seen. */
const SEEN_MIN = 8;
/** Deviations that a chance is set back by when it is guessed: rare events look better than they are. */
const CAUTION = 3;

type Candidate = { score: number; event: DistinguishingEvent };

/**
 * The event that seems to tell the inputs apart best: a threshold, or the outcomes that are most in favour of one. Choosing costs nothing
 * when it is counted on other draws than these.
 */
export function chooseEvent(
  first: readonly unknown[],
  second: readonly unknown[],
  delta: number,
): DistinguishingEvent {
  const candidates = [...outcomeSets(first, second, delta)];
  if (first.every(isNumeric) && second.every(isNumeric)) candidates.push(...thresholds(first, second, delta));
  return candidates.reduce((best, each) => (each.score > best.score ? each : best)).event;
}

/** Sets of the outcomes with the largest ratios of their counts: by Neyman and Pearson no other event of that size is better. */
function* outcomeSets(
  first: readonly unknown[],
  second: readonly unknown[],
  delta: number,
): Generator<Candidate> {
  const counts = countBoth(first, second);
  for (const underFirst of [true, false]) {
    const rows = [...counts]
      .filter(([, [a, b]]) => a + b >= SEEN_MIN)
      .map(([key, [a, b]]) => (underFirst ? { key, more: a, less: b } : { key, more: b, less: a }));
    rows.sort((x, y) => (y.more + 1) / (y.less + 1) - (x.more + 1) / (x.less + 1));
    let best = { score: -Infinity, size: 0 };
    let [more, less] = [0, 0];
    const [of, against] = underFirst ? [first.length, second.length] : [second.length, first.length];
    for (const [index, row] of rows.entries()) {
      more += row.more;
      less += row.less;
      const score = guess(more / of, of, less / against, against, delta);
      if (score > best.score) best = { score, size: index + 1 };
    }
    const keys = new Set(rows.slice(0, best.size).map(({ key }) => key));
    const name = keys.size === 1 ? `= ${[...keys][0]}` : `in ${keys.size} outcomes`;
    yield { score: best.score, event: { name, underFirst, holds: (outcome) => keys.has(String(outcome)) } };
  }
}

function* thresholds(
  first: readonly (number | bigint)[],
  second: readonly (number | bigint)[],
  delta: number,
): Generator<Candidate> {
  const pooled = [...first, ...second].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  for (let place = 1; place < THRESHOLDS; place++) {
    const at = pooled[Math.floor((place * pooled.length) / THRESHOLDS)] as number | bigint;
    for (const upwards of [true, false]) {
      const holds = (outcome: unknown): boolean =>
        upwards ? (outcome as number | bigint) >= at : (outcome as number | bigint) <= at;
      const shares = [share(first, holds), share(second, holds)] as const;
      const underFirst = shares[0] >= shares[1];
      const [more, less] = underFirst ? shares : [shares[1], shares[0]];
      const [of, against] = underFirst ? [first.length, second.length] : [second.length, first.length];
      const event = { name: `${upwards ? '≥' : '≤'} ${at}`, underFirst, holds };
      yield { score: guess(more, of, less, against, delta), event };
    }
  }
}

function countBoth(first: readonly unknown[], second: readonly unknown[]): Map<string, [number, number]> {
  const counts = new Map<string, [number, number]>();
  for (const [side, outcomes] of [first, second].entries())
    for (const outcome of outcomes) {
      const key = String(outcome);
      const row = counts.get(key) ?? [0, 0];
      row[side as 0 | 1]++;
      counts.set(key, row);
    }
  return counts;
}

/** A cautious guess at the loss that an event shows. */
function guess(more: number, of: number, less: number, against: number, delta: number): number {
  const low = more - CAUTION * Math.sqrt((more * (1 - more) + 1 / of) / of);
  const high = less + CAUTION * Math.sqrt((less * (1 - less) + 1 / against) / against);
  return low > delta ? Math.log((low - delta) / high) : -Infinity;
}

function share(outcomes: readonly unknown[], holds: (outcome: unknown) => boolean): number {
  return outcomes.reduce((sum: number, outcome) => sum + (holds(outcome) ? 1 : 0), 0) / outcomes.length;
}

function isNumeric(outcome: unknown): outcome is number | bigint {
  return typeof outcome === 'bigint' || typeof outcome === 'number';
}
