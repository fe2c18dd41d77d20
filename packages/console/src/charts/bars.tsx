import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { spellCount, spellTime } from '../words/format.ts';

export type Bars = {
  readonly label: string;
  readonly token: '--accent' | '--bad';
  readonly values: readonly number[];
};
type Props = { readonly label: string; readonly timesMs: readonly number[]; readonly bars: readonly Bars[] };

const HEIGHT_PX = 160;

/** Counts over time as bars. The same figures stand in a table beside it, so that the picture itself says no more than its name. */
export function BarChart({ label, timesMs, bars }: Props) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const data = [timesMs.map((timeMs) => timeMs / 1000), ...bars.map((each) => [...each.values])];
    const plot = new uPlot(optionsFor(element, bars), data as uPlot.AlignedData, element);
    const watch = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT_PX }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
  }, [timesMs, bars]);
  return <div ref={place} className="chart" role="img" aria-label={label} />;
}

function optionsFor(element: HTMLElement, bars: readonly Bars[]): uPlot.Options {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const axis = {
    stroke: token('--ink-soft'),
    grid: { stroke: token('--line'), width: 1 },
    ticks: { stroke: token('--line') },
  };
  const path = uPlot.paths.bars?.({ size: [0.8, 14] });
  return {
    width: element.clientWidth,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { show: false },
    axes: [
      { ...axis, space: 72, values: (_self, seconds) => spellTicks(seconds) },
      { ...axis, size: 60, values: (_self, counts) => counts.map(spellCount) },
    ],
    scales: { y: { range: (_self, _low, high) => [0, Math.max(4, high)] } },
    series: [
      {},
      ...bars.map(({ label, token: colour }) => ({
        label,
        fill: token(colour),
        // No outline: it would draw a line along zero.
        width: 0,
        points: { show: false },
        ...(path === undefined ? {} : { paths: path }),
      })),
    ],
  };
}

/** Hours and minutes, and seconds where ticks are closer than a minute. */
function spellTicks(seconds: readonly number[]): string[] {
  const step = (seconds[1] ?? 0) - (seconds[0] ?? 0);
  return seconds.map((each) => spellTime(each * 1000).slice(11, step > 0 && step < 60 ? 19 : 16));
}
