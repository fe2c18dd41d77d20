import type { Traffic } from '../traffic.ts';
import type { HuntReport } from './hunt-report.ts';

export type HuntOptions = {
  /** Between 0 and 1: most a benign account may be named with. */
  readonly alpha: number;
  /** Non-negative safe integer; every random choice follows from it. */
  readonly seed?: number;
};

/**
 * One pass over exported traffic: first every benign exchange, then every exchange to be judged, each in the order of its
 * time. State is bounded by the number of accounts.
 */
export type Hunt = {
  observeBenign(traffic: Traffic): void;
  observeTraffic(traffic: Traffic): void;
  conclude(): HuntReport;
};

/** Throws `DetectionError` `bad_threshold` for an alpha or seed out of range. */
export function createHunt({ alpha }: HuntOptions): Hunt {
  const benign = new Set<string>();
  const exchanges = new Map<string, number>();
  return {
    observeBenign: (traffic) => void benign.add(traffic.account),
    observeTraffic: ({ account }) => void exchanges.set(account, (exchanges.get(account) ?? 0) + 1),
    conclude: () => ({
      alpha,
      guarantee: 'suspended',
      reasons: ['Nothing is judged yet.'],
      calibration: { accounts: benign.size, digest: `sha256:${'0'.repeat(64)}` },
      accounts: [...exchanges].sort().map(([account, count]) => ({
        account,
        flagged: false,
        at_exchange: null,
        at_time: null,
        exchanges: count,
        p: 1,
        campaign: null,
        signals: [],
        against: [],
      })),
      campaigns: [],
    }),
  };
}
