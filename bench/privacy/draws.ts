// What a draw of exact noise costs, randomness included, and whether its time tells how large it was. Run by hand: see bench/README.md.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  createDiscreteGaussian,
  createDiscreteLaplace,
  createReleaseSource,
  type Draw,
  rational,
} from '@portcullis/privacy';
import { describeMachine } from '../harness/machine.ts';
import { markdownTable } from '../harness/markdown.ts';
import { median } from '../harness/numbers.ts';
import { timeByMagnitude } from './draw-timing.ts';

const HELP = `Usage: npm run bench:privacy:draws -- [options]

Nanoseconds of CPU time a draw, medians, from the source that releases use.

  --draws N        draws of each repetition (default 200000)
  --repetitions N  (default 9)
  --python PATH    a Python in which OpenDP is installed, to be measured in the same run
  --help
`;
const GAUSSIAN_VARIANCES = ['1', '100', '10000', '100000000'];
const LAPLACE_SCALES = ['1', '10', '100', '10000'];

const { values: options } = parseArgs({
  options: {
    draws: { type: 'string', default: '200000' },
    repetitions: { type: 'string', default: '9' },
    python: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

type Row = { readonly name: string; readonly key: string; readonly draw: Draw };

function main(): void {
  const [draws, repetitions] = [Number(options.draws), Number(options.repetitions)];
  const rows: Row[] = [
    ...GAUSSIAN_VARIANCES.map((variance) => ({
      name: `discrete Gaussian, σ² = ${variance}`,
      key: `gaussian ${variance}`,
      draw: createDiscreteGaussian(rational(variance)),
    })),
    ...LAPLACE_SCALES.map((scale) => ({
      name: `discrete Laplace, scale ${scale}`,
      key: `laplace ${scale}`,
      draw: createDiscreteLaplace(rational(scale)),
    })),
  ];
  // One after the other and again, so that a busy moment falls on all alike; the first round warms up and is not counted.
  const source = createReleaseSource();
  const times = rows.map(() => [] as number[]);
  for (let round = 0; round <= repetitions; round++)
    for (const [index, { draw }] of rows.entries()) {
      const ns = cpuNsOf(() => draw(source), draws);
      if (round > 0) times[index]?.push(ns);
    }
  const peer = options.python === undefined ? null : measureOpenDp(options.python, repetitions);
  const heads = [
    'noise',
    'ns a draw, median',
    'least',
    'most',
    ...(peer === null ? [] : [`OpenDP ${peer.get('version')}`, 'times']),
  ];
  const cells = rows.map(({ name, key }, index) => {
    const own = times[index] as number[];
    const other = peer?.get(key);
    const beside =
      other === undefined ? [] : [Number(other).toFixed(0), (Number(other) / median(own)).toFixed(0)];
    return [
      name,
      median(own).toFixed(0),
      Math.min(...own).toFixed(0),
      Math.max(...own).toFixed(0),
      ...beside,
    ];
  });
  console.log(`${describeMachine()}; ${draws} draws, ${repetitions} repetitions, CPU time.\n`);
  console.log(markdownTable(heads, cells));
  console.log('\nTime and bits by the size of the noise, as shares of the deviation or the scale:\n');
  console.log(timeByMagnitude());
}

function cpuNsOf(run: () => unknown, count: number): number {
  const before = process.cpuUsage();
  for (let done = 0; done < count; done++) run();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1_000) / count;
}

/** @returns `version`, and nanoseconds by the same keys as rows */
function measureOpenDp(python: string, repetitions: number): Map<string, string> {
  const script = join(import.meta.dirname, 'draws-peer.py');
  const output = execFileSync(python, [script, String(repetitions)], { encoding: 'utf8' });
  return new Map(
    output
      .trim()
      .split('\n')
      .map((line) => line.split('\t') as [string, string]),
  );
}

if (options.help) console.log(HELP);
else main();
