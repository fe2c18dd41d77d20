import {
  type BitSource,
  createDiscreteGaussian,
  createDiscreteLaplace,
  createReleaseSource,
  type Draw,
  rational,
} from '@portcullis/privacy';
import { markdownTable } from '../harness/markdown.ts';
import { median } from '../harness/numbers.ts';

const DRAWS = 300_000;
/** Of |noise| over the deviation or the scale. */
const EDGES = [0.5, 1, 2, 3];
const SUBJECTS: readonly { name: string; unit: number; draw: Draw }[] = [
  { name: 'discrete Gaussian, σ² = 100', unit: 10, draw: createDiscreteGaussian(rational(100)) },
  { name: 'discrete Gaussian, σ² = 10⁸', unit: 1e4, draw: createDiscreteGaussian(rational(1e8)) },
  { name: 'discrete Laplace, scale 10', unit: 10, draw: createDiscreteLaplace(rational(10)) },
];

type Sample = { readonly magnitude: number; readonly ns: number; readonly bits: number };

/** Time on the wall and bits that were read, by how large the draw came out. What a bystander sees of one draw, at best. */
export function timeByMagnitude(): string {
  const heads = [
    'noise',
    'measured',
    ...EDGES.map((edge) => `< ${edge}`),
    `≥ ${EDGES.at(-1)}`,
    'correlation',
  ];
  const rows = SUBJECTS.flatMap(({ name, unit, draw }) => {
    const samples = collect(draw, unit);
    return (['ns', 'bits'] as const).map((what) => [
      name,
      what === 'ns' ? 'median ns' : 'median bits',
      ...buckets(samples).map((bucket) => median(bucket.map((sample) => sample[what])).toFixed(0)),
      rankCorrelation(samples, what).toFixed(2),
    ]);
  });
  return markdownTable(heads, rows);
}

function collect(draw: Draw, unit: number): Sample[] {
  const inner = createReleaseSource();
  let bits = 0;
  const source: BitSource = {
    bits: (count) => {
      bits += count;
      return inner.bits(count);
    },
  };
  const samples: Sample[] = [];
  for (let drawn = 0; drawn < DRAWS; drawn++) {
    const before = bits;
    const started = performance.now();
    const noise = draw(source);
    const ns = (performance.now() - started) * 1e6;
    samples.push({ magnitude: Math.abs(Number(noise)) / unit, ns, bits: bits - before });
  }
  // Compiled only after the first.
  return samples.slice(DRAWS / 10);
}

function buckets(samples: readonly Sample[]): Sample[][] {
  return [0, ...EDGES].map((from, index) =>
    samples.filter(({ magnitude }) => magnitude >= from && magnitude < (EDGES[index] ?? Infinity)),
  );
}

/** Spearman's, with ranks of ties in the order that they came. */
function rankCorrelation(samples: readonly Sample[], what: 'ns' | 'bits'): number {
  const a = ranks(samples.map(({ magnitude }) => magnitude));
  const b = ranks(samples.map((sample) => sample[what]));
  const middle = (samples.length - 1) / 2;
  let [both, each] = [0, 0];
  for (let index = 0; index < samples.length; index++) {
    both += ((a[index] as number) - middle) * ((b[index] as number) - middle);
    each += ((a[index] as number) - middle) ** 2;
  }
  return both / each;
}

function ranks(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).sort((a, b) => (values[a] as number) - (values[b] as number));
  const rank = new Array<number>(values.length);
  for (const [place, index] of order.entries()) rank[index] = place;
  return rank;
}
