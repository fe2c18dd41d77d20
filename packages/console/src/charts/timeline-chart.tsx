import { useMemo } from 'react';
import type { Timeline } from '../api/shapes.ts';
import { say } from '../words/say.ts';
import { BarChart, type Bars } from './bars.tsx';

/** The server leaves empty steps out; they are no less a part of the picture. */
export function TimelineChart({ timeline }: { readonly timeline: Timeline }) {
  const [timesMs, bars] = useMemo((): [number[], Bars[]] => {
    const { fromMs, toMs, widthMs, buckets } = timeline;
    const count = Math.min(500, Math.max(1, Math.ceil((toMs - fromMs) / Math.max(1, widthMs))));
    const times = Array.from({ length: count }, (_, i) => fromMs + i * widthMs);
    const values = times.map(() => 0);
    for (const bucket of buckets) {
      const at = Math.min(count - 1, Math.round((bucket.fromMs - fromMs) / Math.max(1, widthMs)));
      values[at] = (values[at] ?? 0) + bucket.exchanges;
    }
    return [times, [{ label: say('account.exchanges'), token: '--accent', values }]];
  }, [timeline]);
  return <BarChart label={say('timeline.chart')} timesMs={timesMs} bars={bars} />;
}
