import type { SeenAnswer } from '../../packages/server/src/start/test/callers.ts';
import { quantile, type Sample } from './sample.ts';

export type Check = { readonly name: string; readonly passed: boolean; readonly told: string };

/** Memory may grow by so much over the second half of a run: what caches and compiled code do. */
const GROWTH_MIB_MAX = 48;
const GROWTH_SHARE_MAX = 0.1;
const LAG_END_MAX = 0;

/** What the samples and the callers say of a run. What the ledger says is another matter: see run.ts. */
export function judge(
  samples: readonly Sample[],
  answers: readonly SeenAnswer[],
  end: { readonly lag: number; readonly faults: boolean },
): Check[] {
  const released = answers.filter(({ status }) => status === 200).length;
  const unexpected = answers.filter((one) => isUnexpected(one, end.faults));
  const shown = [...new Set(unexpected.map((one) => `${one.status} ${one.code ?? 'cut off'}`))].slice(0, 5);
  return [
    judgeMemory(samples),
    {
      name: 'answers',
      passed: released > 0 && unexpected.length === 0,
      told: `${released} of ${answers.length} answered with 200; ${unexpected.length} unexpected${shown.length === 0 ? '' : `: ${shown.join(', ')}`}.`,
    },
    {
      name: 'followers',
      passed: end.lag <= LAG_END_MAX,
      told: `At the end they were ${end.lag} entries behind; at most ${Math.max(0, ...samples.map((one) => Math.max(one.lag_projections, one.lag_detector)))} in between.`,
    },
  ];
}

/** Without faults every answer is whole, unless it asked for an upstream that breaks off; with them, clear errors are no failure. */
function isUnexpected({ status, code, whole, broken }: SeenAnswer, faults: boolean): boolean {
  if (faults && status === 503) return code !== 'ledger_unavailable';
  if (broken || faults) return ![0, 200, 502].includes(status);
  return status !== 200 || !whole;
}

function judgeMemory(samples: readonly Sample[]): Check {
  const half = samples.slice(Math.floor(samples.length / 2));
  const slope = medianSlope(half.map(({ time, rss }) => [time, rss]));
  const seconds = (half.at(-1)?.time ?? 0) - (half[0]?.time ?? 0);
  const growth = slope * seconds;
  const median = quantile(
    half.map(({ rss }) => rss),
    0.5,
  );
  const allowed = Math.max(GROWTH_MIB_MAX, median * GROWTH_SHARE_MAX);
  return {
    name: 'memory',
    passed: half.length > 4 && growth <= allowed,
    told: `Over the second half it went by ${growth.toFixed(1)} MiB (${(slope * 3600).toFixed(1)} MiB an hour) from a median of ${median} MiB; ${allowed.toFixed(0)} MiB are allowed.`,
  };
}

/** Theil-Sen: the median of the slopes between all pairs of points, which single peaks do not move. */
export function medianSlope(points: readonly (readonly [number, number])[]): number {
  // Every n-th is enough; pairs grow with the square.
  const step = Math.ceil(points.length / 300);
  const some = points.filter((_, i) => i % step === 0);
  const slopes: number[] = [];
  for (const [i, [x1, y1]] of some.entries())
    for (const [x2, y2] of some.slice(i + 1)) if (x2 > x1) slopes.push((y2 - y1) / (x2 - x1));
  slopes.sort((a, b) => a - b);
  return slopes[Math.floor(slopes.length / 2)] ?? 0;
}
