import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { deltaInterval, epsilonInterval, type Interval } from '@portcullis/privacy';
import { describeMachine } from '../harness/machine.ts';
import { markdownTable } from '../harness/markdown.ts';
import { median } from '../harness/numbers.ts';
import { ACCOUNTANT_CASES, type AccountantCase, countedPairs } from './accountant-cases.ts';

// What an answer costs beside Google's dp_accounting. Theirs is one number from above, at the grid of 1e-4 that is their default; how far it is
// from the truth is measured against bounds from here that are ten times as close. Ours is then asked for a gap that is no wider than that,
// which here is proved. CPU time of either process; rounds interleaved, medians.

const HELP = `npm run bench:privacy [-- --rounds N] [--grid G] [--group N]
  Compares the loss accountant with dp_accounting, which PYTHON (a path of an interpreter that has it: pip install dp-accounting) has to name.
  Without PYTHON only this library is measured, at a gap of 0.001.`;

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    grid: { type: 'string', default: '1e-4' },
    group: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log(HELP);
  process.exit(0);
}
const rounds = Number(options.rounds);
const grid = Number(options.grid);
const SIZE_MAX = 2 ** 22;
/** A gap below is not asked for: theirs is rarely as close, and never known to be. */
const GAP_MIN = 1e-8;

type Timed<T> = { readonly value: T; readonly cpuMs: number };

function ours(of: AccountantCase, gap: number): Timed<Interval> {
  const start = process.cpuUsage();
  const terms = countedPairs(of);
  const accuracy = { gap, sizeMax: SIZE_MAX };
  const value =
    'delta' in of.asked
      ? epsilonInterval(terms, of.asked.delta, accuracy)
      : deltaInterval(terms, of.asked.epsilon, accuracy);
  const { user, system } = process.cpuUsage(start);
  return { value, cpuMs: (user + system) / 1000 };
}

/** Bounds that are close enough to judge theirs by, or as close as can be had. */
function reference(of: AccountantCase, theirs: number): Interval {
  let best = ours(of, 1e-4).value;
  for (const gap of [1e-5, 1e-6, 1e-7]) {
    if (theirs - best.lower > 5 * (best.upper - best.lower)) break;
    try {
      best = ours(of, gap).value;
    } catch {
      break;
    }
  }
  return best;
}

function startPeer(python: string): {
  ask(of: AccountantCase): Promise<Timed<number>>;
  process: ChildProcessWithoutNullStreams;
} {
  const peer = spawn(python, [fileURLToPath(new URL('accountants-peer.py', import.meta.url))]);
  peer.stderr.pipe(process.stderr);
  const lines = createInterface({ input: peer.stdout });
  return {
    process: peer,
    ask: async ({ releases, asked, grid: own = grid }) => {
      const sent = { releases: releases.map(({ event, count }) => ({ event, count })), asked, grid: own };
      peer.stdin.write(`${JSON.stringify(sent)}\n`);
      const [line] = (await once(lines, 'line')) as [string];
      return JSON.parse(line) as Timed<number>;
    },
  };
}

const short = (value: number): string =>
  Number.isNaN(value) ? '' : value >= 100 ? value.toFixed(0) : value.toPrecision(value < 1 ? 2 : 3);

const python = process.env.PYTHON;
if (python === undefined)
  console.log('PYTHON is not set, so that dp_accounting is not measured beside. See --help.\n');
const peer = python === undefined ? null : startPeer(python);
console.log(
  `${describeMachine()}, load ${loadavg()[0]?.toFixed(1)}; grid of theirs ${grid}, ${rounds} rounds\n`,
);
const rows: string[][] = [];
for (const of of ACCOUNTANT_CASES.filter(
  ({ group }) => options.group === undefined || group === Number(options.group),
)) {
  const first = await peer?.ask(of);
  const truth = reference(of, first?.value ?? Infinity);
  const off = first === undefined ? Number.NaN : (first.value - truth.lower) / truth.lower;
  const gap = first === undefined ? 1e-3 : Math.min(0.5, Math.max(GAP_MIN, off));
  ours(of, gap);
  const times = { ours: [] as number[], rough: [] as number[], theirs: [] as number[] };
  let last = truth;
  for (let round = 0; round < rounds; round += 1) {
    const found = ours(of, gap);
    last = found.value;
    times.ours.push(found.cpuMs);
    times.rough.push(ours(of, 1e-3).cpuMs);
    if (peer !== null) times.theirs.push((await peer.ask(of)).cpuMs);
  }
  const theirs = peer === null ? Number.NaN : median(times.theirs);
  const asked = 'delta' in of.asked ? `ε at ${of.asked.delta}` : `δ at ${of.asked.epsilon}`;
  rows.push([
    `${of.group}: ${of.name}, ${asked}${of.grid === undefined ? '' : `, their grid ${of.grid}`}`,
    first?.value.toPrecision(9) ?? '',
    Number.isNaN(off) ? '' : off.toExponential(1),
    short(theirs),
    `${last.lower.toPrecision(9)} to ${last.upper.toPrecision(9)}`,
    ((last.upper - last.lower) / last.upper).toExponential(1),
    short(median(times.ours)),
    short(theirs / median(times.ours)),
    short(median(times.rough)),
  ]);
  process.stderr.write(`${rows.at(-1)?.join(' | ')}\n`);
}
console.log(
  markdownTable(
    [
      'case',
      'dp_accounting',
      'off by',
      'CPU ms',
      'here',
      'gap',
      'CPU ms',
      'times faster',
      'CPU ms at a gap of 0.001',
    ],
    rows,
  ),
);
peer?.process.stdin.end();
