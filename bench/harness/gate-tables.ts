import { type Latency, MODEL_WAIT_MS, type Sample } from './measure-target.ts';
import { median } from './numbers.ts';
import { markdownTable } from './markdown.ts';

export type GateFigures = {
  readonly machine: string;
  readonly seconds: number;
  readonly rounds: number;
  readonly measured: readonly Measured[];
  readonly notMeasured: Readonly<Record<string, string>>;
};

type Measured = {
  readonly name: string;
  readonly target: { readonly version: string };
  readonly samples: readonly Sample[];
};

/** Markdown for RESULTS.md: medians over the rounds. */
export function gateTables({ machine, seconds, rounds, measured, notMeasured }: GateFigures): string {
  const parts = [
    `${machine}; ${rounds} rounds of ${seconds} s.`,
    throughputTable(measured),
    latencyTable(measured),
    threadLines(measured),
    ...Object.entries(notMeasured).map(([name, reason]) => `Not measured: ${name}. ${reason}.`),
  ];
  return `\n${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function throughputTable(measured: readonly Measured[]): string {
  const nginx = measured.find(({ name }) => name === 'nginx');
  const share = (one: Measured, pick: (sample: Sample) => number): string =>
    nginx === undefined || Number.isNaN(over(one, pick))
      ? ''
      : (over(one, pick) / over(nginx, pick)).toFixed(2);
  const rows = measured.map((one) => [
    `${one.name} ${one.target.version}`.trim(),
    whole(over(one, (sample) => sample.plain.perCpuSecond)),
    share(one, (sample) => sample.plain.perCpuSecond),
    whole(over(one, (sample) => sample.plain.perSecond)),
    whole(over(one, (sample) => sample.stream.perCpuSecond)),
    share(one, (sample) => sample.stream.perCpuSecond),
    whole(over(one, (sample) => sample.stream.perSecond)),
    whole(over(one, (sample) => sample.residentBytes) / 2 ** 20),
  ]);
  const heads = [
    '',
    'plain per CPU-s',
    '÷ nginx',
    'plain/s',
    'streams per CPU-s',
    '÷ nginx',
    'streams/s',
    'RSS MiB',
  ];
  return markdownTable(heads, rows);
}

/** What comes on top of the direct way. */
function latencyTable(measured: readonly Measured[]): string {
  const direct = measured.find(({ name }) => name === 'direct');
  if (direct === undefined) return '';
  const added = (one: Measured, pick: (sample: Sample) => Latency): string[] =>
    (['p50', 'p99'] as const).map((q) => {
      const value = over(one, (sample) => pick(sample)[q]);
      return one === direct
        ? value.toFixed(2)
        : (value - over(direct, (sample) => pick(sample)[q])).toFixed(2);
    });
  const rows = measured.map((one) => [
    one === direct ? 'direct (in all)' : one.name,
    ...added(one, (sample) => sample.latency),
    ...added(one, (sample) => sample.firstToken),
    ...added(one, (sample) => sample.firstTokenAfterWait),
  ]);
  const kinds = ['plain', 'first token', `first token, model takes ${MODEL_WAIT_MS} ms`];
  const heads = ['added ms', ...kinds.flatMap((kind) => [`${kind} p50`, 'p99'])];
  return markdownTable(heads, rows);
}

function threadLines(measured: readonly Measured[]): string {
  const portcullis = measured.find(({ name }) => name === 'portcullis');
  if (portcullis === undefined) return '';
  return (['plain', 'stream'] as const)
    .map((shape) => {
      const names = new Set(portcullis.samples.flatMap((sample) => Object.keys(sample[shape].threads)));
      const shares = [...names]
        .map((name) => ({ name, share: over(portcullis, (sample) => sample[shape].threads[name] ?? 0) }))
        .filter(({ share }) => share >= 0.01)
        .toSorted((a, b) => b.share - a.share)
        .map(({ name, share }) => `${name} ${Math.round(share * 100)} %`);
      return `Portcullis' CPU by thread, ${shape}: ${shares.join(', ')}.`;
    })
    .join('\n');
}

function over({ samples }: Measured, pick: (sample: Sample) => number): number {
  return median(samples.map(pick));
}

function whole(value: number): string {
  return Number.isNaN(value) || value === 0 ? '' : String(Math.round(value));
}
