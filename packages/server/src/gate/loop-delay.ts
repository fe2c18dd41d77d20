import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type CounterValues, type Family, label } from './counters.ts';

export const LOOP_DELAY: Family = {
  name: 'portcullis_event_loop_delay_seconds',
  kind: 'gauge',
  help: 'How late timers of a thread are, since the last look at these metrics',
};

const RESOLUTION_MS = 10;
const QUANTILES = [0.5, 0.99, 1] as const;

/** Watches how late this thread's timers are. @returns the delays since the last call, as series of {@link LOOP_DELAY} */
export function watchLoopDelay(thread: string): () => CounterValues {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  return () => {
    const rows = QUANTILES.map((quantile): [string, number[]] => {
      const ns = histogram.count === 0 ? 0 : histogram.percentile(quantile * 100);
      // It measures whole turns of its timer; what is over its resolution is delay.
      const seconds = Math.max(0, ns / 1e9 - RESOLUTION_MS / 1e3);
      return [`${label('thread', thread)},${label('quantile', String(quantile))}`, [seconds]];
    });
    histogram.reset();
    return new Map([[LOOP_DELAY.name, new Map(rows)]]);
  };
}
