import type { Baseline, Scorer } from './running-maximum.ts';

const DAY_S = 86_400;

/** Exchanges of the account within the last 24 hours: what a rate limit looks at. */
function createRate(): Scorer {
  const recent = new Map<string, number[]>();
  return ({ account, time }) => {
    const times = recent.get(account) ?? [];
    times.push(time);
    let old = 0;
    while ((times[old] as number) < time - DAY_S) old++;
    if (old > 0) times.splice(0, old);
    recent.set(account, times);
    return times.length;
  };
}

export const rateLimit: Baseline = { name: 'rate limit', fit: null, create: createRate };
