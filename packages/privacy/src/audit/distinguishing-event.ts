/** Outcomes by which two inputs are told apart. */
export type DistinguishingEvent = Readonly<{
  /** For readers: `= 5`, `≥ 3`, `in 7 outcomes`. */
  name: string;
  /** Is it more likely under the first input? */
  underFirst: boolean;
  holds: (outcome: unknown) => boolean;
}>;

/** Outcomes of releases on the first and on the second input. */
type Outcomes = Readonly<{ first: readonly unknown[]; second: readonly unknown[] }>;

const THRESHOLDS = 64;
/** Outcomes seen less often are on no side: each of many that were seen once is in favour of where it was seen. */
const SEEN_MIN = 8;
/** Deviations that a chance is set back by when it is guessed: rare events look better than they are. */
const CAUTION = 3;

/**
 * The event that seems to tell the inputs apart best: a threshold, or the outcomes that are most in favour of one. Choosing costs nothing
 * when it is counted on other draws than these. Candidates are made of half of them and compared on the rest, as sets of many rare
 * outcomes look good where they were made.
 */
export function chooseEvent(outcomes: Outcomes, delta: number): DistinguishingEvent {
  const half = (rest: number): Outcomes => ({
    first: outcomes.first.filter((_, index) => index % 2 === rest),
    second: outcomes.second.filter((_, index) => index % 2 === rest),
  });
  const [making, judging] = [half(0), half(1)];
  const scored = [...outcomeSets(making, delta), ...thresholds(making)].map((event) => {
    const [more, less] = event.underFirst ? [judging.first, judging.second] : [judging.second, judging.first];
    return { event, score: guess(share(more, event), share(less, event), more.length, delta) };
  });
  return scored.reduce((best, each) => (each.score > best.score ? each : best)).event;
}

/** Sets of the outcomes with the largest ratios of their counts: by Neyman and Pearson no other event of that size is better. */
function* outcomeSets(outcomes: Outcomes, delta: number): Generator<DistinguishingEvent> {
  const counts = [...countBoth(outcomes)].filter(([, [a, b]]) => a + b >= SEEN_MIN);
  const draws = outcomes.first.length;
  for (const underFirst of [true, false]) {
    const rows = counts.map(([key, [a, b]]) => ({ key, more: underFirst ? a : b, less: underFirst ? b : a }));
    rows.sort((x, y) => (y.more + 1) / (y.less + 1) - (x.more + 1) / (x.less + 1));
    let best = { score: -Infinity, size: 0 };
    let [more, less] = [0, 0];
    for (const [index, row] of rows.entries()) {
      more += row.more;
      less += row.less;
      const score = guess(more / draws, less / draws, draws, delta);
      if (score > best.score) best = { score, size: index + 1 };
    }
    const keys = new Set(rows.slice(0, best.size).map(({ key }) => key));
    const name = keys.size === 1 ? `= ${[...keys][0]}` : `in ${keys.size} outcomes`;
    yield { name, underFirst, holds: (outcome) => keys.has(String(outcome)) };
  }
}

/** Quantiles of both together, if outcomes are numbers. */
function* thresholds({ first, second }: Outcomes): Generator<DistinguishingEvent> {
  const pooled = [...first, ...second].filter(isNumeric);
  if (pooled.length < first.length + second.length) return;
  pooled.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  for (let place = 1; place < THRESHOLDS; place++) {
    const at = pooled[Math.floor((place * pooled.length) / THRESHOLDS)] as number | bigint;
    for (const underFirst of [true, false]) {
      yield { name: `≥ ${at}`, underFirst, holds: (outcome) => (outcome as number | bigint) >= at };
      yield { name: `≤ ${at}`, underFirst, holds: (outcome) => (outcome as number | bigint) <= at };
    }
  }
}

function countBoth({ first, second }: Outcomes): Map<string, [number, number]> {
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

/** A cautious guess at the loss that an event shows, of shares in as many draws on each side. */
function guess(more: number, less: number, draws: number, delta: number): number {
  const deviation = (chance: number): number => Math.sqrt((chance * (1 - chance) + 1 / draws) / draws);
  const low = more - CAUTION * deviation(more);
  const high = less + CAUTION * deviation(less);
  return low > delta ? Math.log((low - delta) / high) : -Infinity;
}

function share(outcomes: readonly unknown[], { holds }: DistinguishingEvent): number {
  return outcomes.reduce((sum: number, outcome) => sum + (holds(outcome) ? 1 : 0), 0) / outcomes.length;
}

function isNumeric(outcome: unknown): outcome is number | bigint {
  return typeof outcome === 'bigint' || typeof outcome === 'number';
}
