import { approximateLoss, delta, epsilon } from '@portcullis/privacy';
import type { Config } from '../config/config.ts';
import { createReports, type Reports } from '../reports/reports.ts';
import type { Clock } from '../seams/clock.ts';
import type { Storage } from './open-storage.ts';

/**
 * Ends what a crash cut off, so call it once the projections have caught up.
 * @param running the settings of the moment
 */
export async function openReports(
  { appender, store, thread }: Storage,
  clock: Clock,
  software: string,
  running: () => Config,
): Promise<Reports> {
  const reports = createReports({
    appender,
    store,
    clock,
    software,
    origin: running().ledger.origin,
    ledgerSize: () => thread.durableSize,
    bounds: () => running().privacy.bounds,
    // As they are written in the settings: 0.1 is a tenth there, and not the double beside it.
    limit: () => {
      const { epsilonPerMonth, deltaPerMonth } = running().privacy;
      return approximateLoss(epsilon(String(epsilonPerMonth)), delta(String(deltaPerMonth)));
    },
  });
  await reports.start();
  return reports;
}
