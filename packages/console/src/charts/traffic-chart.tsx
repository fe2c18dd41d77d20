import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Traffic } from '../api/shapes.ts';
import { spellCount, spellTime } from '../words/format.ts';
import { say } from '../words/say.ts';
import { denseSlots } from './dense-slots.ts';

const HEIGHT_PX = 160;

/** Exchanges and refusals over time. The same figures stand in a table beside it, so that the picture itself says no more than its name. */
export function TrafficChart({ traffic, hours }: { readonly traffic: Traffic; readonly hours: number }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const plot = new uPlot(optionsFor(element), dataOf(traffic, hours), element);
    const watch = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT_PX }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
  }, [traffic, hours]);
  return <div ref={place} className="chart" role="img" aria-label={say('overview.chart')} />;
}

function dataOf(traffic: Traffic, hours: number): uPlot.AlignedData {
  const slots = denseSlots(traffic, hours);
  return [
    slots.map((slot) => slot.startMs / 1000),
    slots.map((slot) => slot.exchanges),
    slots.map((slot) => slot.refused),
  ];
}

function optionsFor(element: HTMLElement): uPlot.Options {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const axis = {
    stroke: token('--ink-soft'),
    grid: { stroke: token('--line'), width: 1 },
    ticks: { stroke: token('--line') },
  };
  const bars = uPlot.paths.bars?.({ size: [0.8, 14] });
  const paths = bars === undefined ? {} : { paths: bars };
  return {
    width: element.clientWidth,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { show: false },
    axes: [
      { ...axis, values: (_self, seconds) => seconds.map((each) => spellTime(each * 1000).slice(11, 16)) },
      { ...axis, size: 60, values: (_self, counts) => counts.map(spellCount) },
    ],
    scales: { y: { range: (_self, _low, high) => [0, Math.max(4, high)] } },
    series: [
      {},
      {
        label: say('overview.exchanges'),
        fill: token('--accent'),
        stroke: token('--accent'),
        points: { show: false },
        ...paths,
      },
      {
        label: say('overview.refused'),
        fill: token('--bad'),
        stroke: token('--bad'),
        points: { show: false },
        ...paths,
      },
    ],
  };
}
