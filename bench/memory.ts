// Whether memory stays flat: drives one Portcullis with up to a million exchanges and follows its resident memory. See bench/README.md.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { plotSvg } from '../test/soak/plot.ts';
import { createCaller } from './harness/load.ts';
import { describeMachine } from './harness/machine.ts';
import { markdownTable } from './harness/markdown.ts';
import { slope } from './harness/numbers.ts';
import { residentBytes } from './harness/process-tree.ts';
import { startPortcullis } from './harness/portcullis.ts';
import { createPrograms } from './harness/programs.ts';
import { startUpstream } from './harness/targets.ts';

const HELP = `Usage: npm run bench:memory -- [EXCHANGES] [options]

EXCHANGES, a million where it is left out, are sent as fast as they are answered; every twentieth is a stream of 100 chunks.

  --seconds N    ends after this time even if fewer were sent (default 900)
  --svg FILE     also draws memory and exchanges a second over time
  --help
`;
const CONNECTIONS = 128;
const STREAM_EVERY = 20;
const SAMPLE_MS = 1000;
const ROWS = 20;

type Point = { readonly seconds: number; readonly exchanges: number; readonly mib: number };

async function drive(exchanges: number, seconds: number): Promise<Point[]> {
  const programs = createPrograms();
  try {
    const target = await startPortcullis(programs, await startUpstream(programs));
    const caller = createCaller(target, CONNECTIONS);
    const startedMs = performance.now();
    const end = startedMs + seconds * 1000;
    const points: Point[] = [];
    let sent = 0;
    let answered = 0;
    const look = (): void => {
      const mib = residentBytes(target.pid) / 2 ** 20;
      points.push({ seconds: (performance.now() - startedMs) / 1000, exchanges: answered, mib });
      process.stderr.write(`\r${answered} of ${exchanges} exchanges, ${mib.toFixed(0)} MiB `);
    };
    const timer = setInterval(look, SAMPLE_MS);
    const one = async (): Promise<void> => {
      while (sent < exchanges && performance.now() < end) {
        await caller.ask(sent++ % STREAM_EVERY === 0 ? 'stream' : 'plain');
        answered++;
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, one));
    clearInterval(timer);
    look();
    process.stderr.write('\n');
    return points;
  } finally {
    programs.close();
  }
}

/** Memory at even distances, and how it rises in the second half, when caches and pools are full. */
function describe(points: readonly Point[]): string {
  const total = points.at(-1)?.exchanges ?? 0;
  const rows = Array.from({ length: ROWS }, (_, i) => {
    const at = (total * (i + 1)) / ROWS;
    const point = points.find(({ exchanges }) => exchanges >= at) ?? points.at(-1);
    return [String(point?.exchanges ?? 0), (point?.seconds ?? 0).toFixed(0), (point?.mib ?? 0).toFixed(0)];
  });
  const late = points.filter(({ exchanges }) => exchanges >= total / 2);
  const rise = slope(late.map(({ exchanges, mib }) => ({ x: exchanges / 1e6, y: mib })));
  const largest = Math.max(...points.map(({ mib }) => mib));
  return [
    markdownTable(['exchanges', 's', 'RSS MiB'], rows),
    '',
    `Largest ${largest.toFixed(0)} MiB; in the second half ${rise.toFixed(0)} MiB for a million exchanges (least squares).`,
    '',
  ].join('\n');
}

/** Memory, and how many were answered in each second. */
function draw(points: readonly Point[]): string {
  const rates = points.map(({ seconds, exchanges }, i) => {
    const before = points[i - 1] ?? { seconds: 0, exchanges: 0 };
    return (exchanges - before.exchanges) / Math.max(0.1, seconds - before.seconds);
  });
  const panels = [
    { title: 'resident memory, MiB', lines: [{ name: 'RSS', values: points.map(({ mib }) => mib) }] },
    { title: 'exchanges a second', lines: [{ name: 'answered', values: rates }] },
  ];
  const title = `Portcullis, ${points.at(-1)?.exchanges ?? 0} exchanges`;
  return plotSvg(
    title,
    points.map(({ seconds }) => seconds),
    panels,
    [],
  );
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '900' },
    svg: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(HELP);
else {
  const points = await drive(Number(positionals[0] ?? 1e6), Number(values.seconds));
  process.stdout.write(`\n${describeMachine()}\n\n${describe(points)}`);
  if (values.svg !== undefined) writeFileSync(values.svg, draw(points));
}
process.exit();
