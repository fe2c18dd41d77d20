import { useMemo } from 'react';
import type { Traffic } from '../api/shapes.ts';
import { say } from '../words/say.ts';
import { BarChart, type Bars } from './bars.tsx';
import { denseSlots } from './dense-slots.ts';

export function TrafficChart({ traffic, hours }: { readonly traffic: Traffic; readonly hours: number }) {
  const [timesMs, bars] = useMemo((): [number[], Bars[]] => {
    const slots = denseSlots(traffic, hours);
    return [
      slots.map((slot) => slot.startMs),
      [
        { label: say('overview.exchanges'), token: '--accent', values: slots.map((slot) => slot.exchanges) },
        { label: say('overview.refused'), token: '--bad', values: slots.map((slot) => slot.refused) },
      ],
    ];
  }, [traffic, hours]);
  return <BarChart label={say('overview.chart')} timesMs={timesMs} bars={bars} />;
}
