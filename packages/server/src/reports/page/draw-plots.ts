import { BarChart, CustomChart, LineChart } from 'echarts/charts';
import { GridComponent, TitleComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { DisclosedTable, StatedLoss } from '../disclosure.ts';
import { cleanSvg, PAINT } from './plot-paint.ts';

use([BarChart, CustomChart, LineChart, GridComponent, TitleComponent, SVGRenderer]);

const WIDTH = 720;
const ROW = 34;
const FONT = { fontSize: 13, color: PAINT.ink };
const NUMBERS = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

const valueAxis = {
  type: 'value',
  axisLabel: { ...FONT, color: PAINT.soft, formatter: (value: number) => NUMBERS.format(value) },
  splitLine: { lineStyle: { color: PAINT.rule } },
  axisLine: { show: false },
  axisTick: { show: false },
  splitNumber: 4,
} as const;

/** A bar a kind for one month; a panel a kind for several. Whiskers reach as far as noise does in 95 of 100 draws. */
export function drawTable(table: DisclosedTable, label: string): string {
  return table.months.length === 1 ? drawKinds(table, label) : drawMonths(table, label);
}

function drawKinds({ kinds, months, margin95 }: DisclosedTable, label: string): string {
  const values = months[0]?.values ?? [];
  return draw(kinds.length * ROW + 46, label, {
    grid: { left: 170, right: 30, top: 6, bottom: 30 },
    xAxis: valueAxis,
    yAxis: {
      type: 'category',
      inverse: true,
      data: kinds.map(({ title }) => title),
      axisLabel: FONT,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: PAINT.soft } },
    },
    series: [
      { type: 'bar', data: [...values], barWidth: 14, itemStyle: { color: PAINT.mark } },
      whiskers(values, margin95, 'y'),
    ],
  });
}

const PANEL_HEIGHT = 150;
const COLUMNS = 2;

function drawMonths({ kinds, months, margin95 }: DisclosedTable, label: string): string {
  const rowCount = Math.ceil(kinds.length / COLUMNS);
  const panels = kinds.map((kind, at) => ({
    kind,
    left: (at % COLUMNS) * (WIDTH / COLUMNS) + 52,
    top: Math.floor(at / COLUMNS) * PANEL_HEIGHT + 26,
    values: months.map(({ values }) => values[at] ?? 0),
  }));
  return draw(rowCount * PANEL_HEIGHT, label, {
    title: panels.map(({ kind, left, top }) => ({
      text: kind.title,
      left: left - 4,
      top: top - 24,
      padding: 0,
      textStyle: { ...FONT, fontWeight: 'normal' },
    })),
    grid: panels.map(({ left, top }) => ({
      left,
      top,
      width: WIDTH / COLUMNS - 68,
      height: PANEL_HEIGHT - 58,
    })),
    xAxis: panels.map((_, gridIndex) => ({
      type: 'category',
      gridIndex,
      data: months.map(({ month }) => month),
      axisLabel: { ...FONT, fontSize: 11, color: PAINT.soft, hideOverlap: true },
      axisTick: { show: false },
      axisLine: { onZero: false, lineStyle: { color: PAINT.soft } },
    })),
    yAxis: panels.map((_, gridIndex) => ({ ...valueAxis, gridIndex, splitNumber: 3 })),
    series: panels.flatMap(({ values }, at) => [
      {
        type: 'line',

        xAxisIndex: at,
        yAxisIndex: at,
        data: values,
        symbol: 'circle',
        symbolSize: 6,
        itemStyle: { color: PAINT.mark },
        lineStyle: { color: PAINT.mark, width: 1.5 },
      },
      { ...whiskers(values, margin95, 'x'), xAxisIndex: at, yAxisIndex: at },
    ]),
  });
}

/** How δ falls with ε, on a logarithmic scale. */
export function drawProfile(profile: readonly StatedLoss[], label: string): string {
  return draw(240, label, {
    grid: { left: 70, right: 30, top: 14, bottom: 44 },
    xAxis: {
      ...valueAxis,
      name: 'ε',
      nameLocation: 'middle',
      nameGap: 28,
      nameTextStyle: FONT,
      axisLabel: { ...FONT, color: PAINT.soft },
    },
    yAxis: {
      ...valueAxis,
      type: 'log',
      name: 'δ',
      nameTextStyle: FONT,
      axisLabel: {
        ...FONT,
        color: PAINT.soft,
        formatter: (value: number) => value.toExponential(0).replace('e+0', ''),
      },
    },
    series: [
      {
        type: 'line',

        data: profile.map(({ epsilon, delta }) => [epsilon, delta]),
        symbol: 'circle',
        symbolSize: 6,
        itemStyle: { color: PAINT.mark },
        lineStyle: { color: PAINT.mark, width: 1.5 },
      },
    ],
  });
}

type Pixel = { coord(point: number[]): number[]; value(at: number): number };
const CAP = 4;

/** @param along the axis of the categories */
function whiskers(values: readonly number[], margin: number, along: 'x' | 'y') {
  const data = values.map((value, at) => [at, value - margin, value + margin]);
  return {
    type: 'custom',

    data,
    encode: along === 'y' ? { x: [1, 2], y: 0 } : { x: 0, y: [1, 2] },
    renderItem(_: unknown, api: Pixel) {
      const place = (at: number): number[] =>
        api.coord(along === 'y' ? [api.value(at), api.value(0)] : [api.value(0), api.value(at)]);
      const [x1 = 0, y1 = 0] = place(1);
      const [x2 = 0, y2 = 0] = place(2);
      const line = (shape: object) => ({
        type: 'line',

        shape,
        style: { stroke: PAINT.whisker, lineWidth: 1.5 },
      });
      const cap = (x: number, y: number) =>
        line(
          along === 'y'
            ? { x1: x, x2: x, y1: y - CAP, y2: y + CAP }
            : { x1: x - CAP, x2: x + CAP, y1: y, y2: y },
        );
      return { type: 'group', children: [line({ x1, y1, x2, y2 }), cap(x1, y1), cap(x2, y2)] };
    },
    z: 5,
  };
}

function draw(height: number, label: string, option: object): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  try {
    chart.setOption({ animation: false, ...option });
    return cleanSvg(chart.renderToSVGString({ useViewBox: true }), label);
  } finally {
    chart.dispose();
  }
}
