// `npm run fuzz`: inputs made up with an eye on which code they reach, for every parser that strangers reach.
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { installFuzzer } from './engine/install.ts';
import { type FuzzRun, runFuzzer, spell } from './engine/run-fuzzer.ts';
import { fuzzHttpHeads, HTTP_HEADS } from './http-heads/fuzz-http-heads.ts';
import type { FuzzTarget } from './target.ts';
import { TARGETS } from './targets.ts';

const HELP = `Usage: npm run fuzz -- [options]

Fuzzes every parser that strangers reach. What it finds is kept in test/fuzz/findings/, which npm test replays for ever.

  --target NAME   one target only; may be given several times
  --seconds N     for each target (60)
  --seed N        repeats a run; printed at its start
  --input FILE    gives one file to the target, without the fuzzer; for findings
  --list          names the targets and what must hold of each
  --help          this

Examples:
  npm run fuzz                                      all targets, a minute each
  npm run fuzz -- --target settings --seconds 600
  npm run fuzz -- --target settings --input test/fuzz/findings/settings/crash-…

Exits 0 where nothing was found, 1 where something was, 2 on wrong use, 3 where the fuzzer could not run.`;

const NAMES = [...TARGETS.map(({ name }) => name), HTTP_HEADS.name];
const SEED_MAX = 2 ** 31 - 2;

class WrongUse extends Error {}

type Options = {
  readonly names: readonly string[];
  readonly seconds: number;
  readonly seed: number;
  readonly input: string | undefined;
};

function readOptions(values: {
  target?: string[];
  seconds?: string;
  seed?: string;
  input?: string;
}): Options {
  const names = values.target ?? NAMES;
  for (const name of names)
    if (!NAMES.includes(name))
      throw new WrongUse(`There is no target ${name}. There are: ${NAMES.join(', ')}.`);
  const seconds = Number(values.seconds ?? 60);
  if (!Number.isInteger(seconds) || seconds < 1) throw new WrongUse('--seconds takes a whole number from 1.');
  const seed = values.seed === undefined ? 1 + randomInt(SEED_MAX) : Number(values.seed);
  if (!Number.isInteger(seed) || seed < 1 || seed > SEED_MAX)
    throw new WrongUse(`--seed takes a whole number from 1 to ${SEED_MAX}.`);
  if (values.input !== undefined && (names.length !== 1 || names[0] === HTTP_HEADS.name))
    throw new WrongUse('--input needs one --target, and one that takes bytes.');
  return { names, seconds, seed, input: values.input };
}

function runInput(target: FuzzTarget, file: string): number {
  try {
    target.fuzz(readFileSync(file));
  } catch (error) {
    console.error(error);
    console.error(`✖ ${target.name} does not hold for ${file}`);
    return 1;
  }
  console.log(`✔ ${target.name} holds for ${file}`);
  return 0;
}

function tell(target: FuzzTarget, run: FuzzRun, seed: number): number {
  const sign = { time: '✔', stopped: '■', finding: '✖', failed: '✖' }[run.ended];
  console.log(`${sign} ${target.name.padEnd(17)} ${spell(run)}`);
  if (run.ended !== 'finding' && run.ended !== 'failed') return 0;
  console.log(run.lastLines.filter((line) => !line.startsWith('#')).join('\n'));
  for (const path of run.findings) {
    console.log(`Found: ${path}. Repeat it: npm run fuzz -- --target ${target.name} --input ${path}`);
  }
  if (run.ended === 'failed')
    console.log(`The fuzzer itself ended (seed ${seed}); its last lines stand above.`);
  return run.ended === 'failed' ? 3 : 1;
}

async function fuzzAll({ names, seconds, seed }: Options): Promise<number> {
  console.log(`${names.length} targets, ${seconds} s each; repeat with --seed ${seed}`);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  let worst = 0;
  for (const name of names) {
    if (stop.signal.aborted) return 130;
    const target = TARGETS.find((each) => each.name === name);
    if (target === undefined) {
      worst = Math.max(worst, await fuzzHttpHeads({ seconds, seed, signal: stop.signal }, console.log));
      continue;
    }
    installFuzzer(console.log);
    const run = await runFuzzer(target, { seconds, seed, signal: stop.signal }, console.log);
    worst = Math.max(worst, tell(target, run, seed));
  }
  return stop.signal.aborted ? 130 : worst;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      target: { type: 'string', multiple: true },
      seconds: { type: 'string' },
      seed: { type: 'string' },
      input: { type: 'string' },
      list: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) console.log(HELP);
  else if (values.list)
    for (const { name, holds } of [...TARGETS, HTTP_HEADS]) console.log(`${name.padEnd(17)} ${holds}`);
  else {
    const options = readOptions(values);
    const only = TARGETS.find(({ name }) => name === options.names[0]);
    if (options.input !== undefined && only !== undefined) return runInput(only, options.input);
    return fuzzAll(options);
  }
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  const wrongUse =
    error instanceof WrongUse || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true;
  console.error(`${(error as Error).message}${wrongUse ? '\n\n' + HELP : ''}`);
  process.exitCode = wrongUse ? 2 : 3;
}
