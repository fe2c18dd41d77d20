// What Portcullis costs beside other proxies, on this machine. Run by hand: see bench/README.md.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { describeMachine } from './harness/machine.ts';
import { measureTarget, type Sample, warmTarget } from './harness/measure-target.ts';
import { createPrograms, type Programs } from './harness/programs.ts';
import { NOT_MEASURED, startUpstream, TARGETS, type Target } from './harness/targets.ts';
import { gateTables } from './harness/gate-tables.ts';

const HELP = `Usage: npm run bench:gate -- [options]

Requests per CPU-second, added latency, time to first token and memory of Portcullis and of other proxies before the same upstream.

  --seconds N    seconds of each measurement (default 3)
  --rounds N     rounds over all proxies; the tables show medians (default 3)
  --warm N       seconds under load before anything is measured (default 20)
  --only NAMES   some of ${Object.keys(TARGETS).join(',')}
  --json FILE    also write every round's figures
  --help

nginx and wrk come from the system (Debian: nginx-light, wrk). Portkey and LiteLLM are fetched the first time.
`;

type Started = { readonly name: string; readonly target: Target; readonly samples: Sample[] };

async function startAll(
  programs: Programs,
  names: readonly string[],
  notMeasured: Record<string, string>,
): Promise<Started[]> {
  const upstreamPort = await startUpstream(programs);
  const started: Started[] = [];
  for (const name of names) {
    const start = TARGETS[name];
    if (start === undefined)
      throw new Error(`There is no ${name}; choose from ${Object.keys(TARGETS).join(', ')}.`);
    try {
      started.push({ name, target: await start(programs, upstreamPort), samples: [] });
    } catch (error) {
      notMeasured[name] = (error as Error).message;
    }
  }
  return started;
}

async function measureAll(
  programs: Programs,
  started: readonly Started[],
  rounds: number,
  seconds: number,
  warmSeconds: number,
  notMeasured: Record<string, string>,
): Promise<void> {
  const folder = programs.folder();
  for (const { name, target } of started) {
    process.stderr.write(`warming up: ${name}\n`);
    await unless(name, notMeasured, () => warmTarget(target, folder, warmSeconds));
  }
  for (let round = 1; round <= rounds; round++) {
    for (const { name, target, samples } of started) {
      process.stderr.write(`round ${round} of ${rounds}: ${name}\n`);
      await unless(name, notMeasured, async () => {
        samples.push(await measureTarget(target, folder, seconds));
      });
    }
  }
}

/** What fails once is not asked again, and named; the others go on. */
async function unless(
  name: string,
  notMeasured: Record<string, string>,
  act: () => Promise<void>,
): Promise<void> {
  if (notMeasured[name] !== undefined) return;
  try {
    await act();
  } catch (error) {
    notMeasured[name] = (error as Error).message;
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '3' },
      rounds: { type: 'string', default: '3' },
      warm: { type: 'string', default: '20' },
      only: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const seconds = Number(values.seconds);
  const rounds = Number(values.rounds);
  // Everything is told relative to the direct way.
  const only = values.only === undefined ? Object.keys(TARGETS) : ['direct', ...values.only.split(',')];
  const notMeasured: Record<string, string> = values.only === undefined ? { ...NOT_MEASURED } : {};
  const programs = createPrograms();
  try {
    const started = await startAll(programs, [...new Set(only)], notMeasured);
    await measureAll(programs, started, rounds, seconds, Number(values.warm), notMeasured);
    const machine = describeMachine();
    const measured = started.filter(({ samples }) => samples.length > 0);
    process.stdout.write(gateTables({ machine, seconds, rounds, measured, notMeasured }));
    if (values.json !== undefined)
      writeFileSync(values.json, `${JSON.stringify({ machine, seconds, measured, notMeasured }, null, 2)}\n`);
  } finally {
    programs.close();
  }
}

await main();
// Sockets that are kept alive would hold it up.
process.exit();
