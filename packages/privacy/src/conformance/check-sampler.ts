import { createSeededSource } from '../random/seeded-source.ts';
import type { Draw } from '../samplers/draw.ts';
import { add, compare, type Rational, rational, rationalText, toNumberUp } from '../units/rational.ts';
import { type Cells, neighbourCells, residueCells } from './cells.ts';
import { chiSquareChance } from './chi-square.ts';
import { enumerateTapes } from './enumerate-tapes.ts';
import { reachesTail } from './reach-tail.ts';
import { isTwoSided, reachOf, type SamplerFamily } from './sampler-family.ts';
import { createTrueMass } from './true-mass.ts';

/** A sampler of one's own: a draw that takes all its randomness from the source that it is given. */
export type SamplerSubject = Readonly<{ family: SamplerFamily; create: (parameter: Rational) => Draw }>;

export type SamplerCheck = 'refuses' | 'repeats' | 'tapes' | 'neighbours' | 'residues' | 'tail';
export type SamplerFailure = Readonly<{ check: SamplerCheck; parameter: string; detail: string }>;
export type SamplerReport = Readonly<{
  passed: boolean;
  checks: number;
  failures: readonly SamplerFailure[];
}>;

export type SamplerCheckOptions = Readonly<{
  /** By parameter, for the two chi-square tests. 200,000 unless set. */
  draws?: number;
  /** Bits of a tape, for the parameters of 3/2 and less. 18 unless set; each more doubles the time. */
  tapeBits?: number;
  /** How many tapes are tried on the way into the tail. 20,000 unless set; for a Gaussian, which is hard to lead there, 1,000,000. */
  tailTries?: number;
  /** Repeats a report. */
  seed?: bigint;
  parameters?: readonly string[];
}>;

/** A correct sampler fails a chi-square test this often. */
const CHANCE_MIN = 1e-9;
/** Tapes must lead out to a mass of exp(−40) of the middle: doubles of 53 random bits end at exp(−36.7). */
const TAIL_EXPONENT = 40;
const TAPE_PARAMETER_MAX = rational('3/2');
const PARAMETERS: Readonly<Record<SamplerFamily, readonly string[]>> = {
  geometric: ['1', '3/2', '1/3', '10', '1000'],
  'discrete-laplace': ['1', '3/2', '1/3', '10', '1000'],
  'discrete-gaussian': ['1/4', '1', '7/3', '100', '10000'],
};

/**
 * Judges a sampler of integers from outside: all tapes of a length against the true masses, many draws against them, and a search for
 * tapes that lead into the tail. A failure is proof up to the chance of a chi-square test, 10⁻⁹, but of `tail` it only says that no way
 * was found; to pass is no proof.
 */
export function checkSampler(subject: SamplerSubject, options: SamplerCheckOptions = {}): SamplerReport {
  const failures: SamplerFailure[] = [];
  let checks = 0;
  const run = (check: SamplerCheck, parameter: string, judge: () => string | null): void => {
    checks++;
    const detail = attempt(judge);
    if (detail !== null) failures.push(Object.freeze({ check, parameter, detail }));
  };
  for (const parameter of ['0', '-1']) run('refuses', parameter, () => refuses(subject, parameter));
  for (const parameter of options.parameters ?? PARAMETERS[subject.family]) {
    for (const [check, judge] of checksOf(subject, rational(parameter), options))
      run(check, parameter, judge);
    // A search takes longest where there is nothing to find, so it is left out where a fault is known.
    if (failures.length === 0) run('tail', parameter, () => hasTail(subject, rational(parameter), options));
  }
  return Object.freeze({ passed: failures.length === 0, checks, failures: Object.freeze(failures) });
}

function checksOf(
  { family, create }: SamplerSubject,
  parameter: Rational,
  { draws = 200_000, tapeBits = 18, seed = 1n }: SamplerCheckOptions,
): [SamplerCheck, () => string | null][] {
  const size = toNumberUp(parameter);
  const all: [SamplerCheck, () => string | null][] = [
    ['repeats', () => repeats(create, parameter, seed)],
    ['neighbours', () => fits(create(parameter), neighbourCells(family, size), draws, seed)],
    ['residues', () => fits(create(parameter), residueCells(family, size), draws, seed + 1n)],
  ];
  if (compare(parameter, TAPE_PARAMETER_MAX) <= 0)
    all.push(['tapes', () => tapesHoldTruth(family, parameter, create(parameter), tapeBits)]);
  return all;
}

function hasTail(
  { family, create }: SamplerSubject,
  parameter: Rational,
  {
    seed = 1n,
    tailTries: triesMax = family === 'discrete-gaussian' ? 1_000_000 : 20_000,
  }: SamplerCheckOptions,
): string | null {
  const target = BigInt(reachOf(family, toNumberUp(parameter), TAIL_EXPONENT));
  const signs = isTwoSided(family) ? ([1n, -1n] as const) : ([1n] as const);
  const ended = signs.filter(
    (sign) => !reachesTail(create(parameter), { sign, target, triesMax }, createSeededSource(seed)),
  );
  return ended.length === 0
    ? null
    : `no tape was found that leads to ${ended.map((sign) => sign * target).join(' or ')}`;
}

function refuses({ create }: SamplerSubject, parameter: string): string | null {
  try {
    create(rational(parameter));
  } catch {
    return null;
  }
  return 'a parameter that is not above 0 is not refused';
}

function repeats(create: SamplerSubject['create'], parameter: Rational, seed: bigint): string | null {
  const [a, b] = [create(parameter), create(parameter)];
  const [left, right] = [createSeededSource(seed), createSeededSource(seed)];
  for (let draw = 0; draw < 1_000; draw++)
    if (a(left) !== b(right)) return 'the same bits give different draws: randomness comes from elsewhere';
  return null;
}

function fits(draw: Draw, { masses, cellOf }: Cells, draws: number, seed: bigint): string | null {
  const source = createSeededSource(seed);
  const counts = new Float64Array(masses.length);
  for (let drawn = 0; drawn < draws; drawn++) {
    const cell = cellOf(Number(draw(source)));
    counts[cell] = (counts[cell] as number) + 1;
  }
  const chance = chiSquareChance(counts, masses);
  return chance >= CHANCE_MIN ? null : `draws like these have a chance of ${chance.toExponential(1)}`;
}

function tapesHoldTruth(
  family: SamplerFamily,
  parameter: Rational,
  draw: Draw,
  tapeBits: number,
): string | null {
  const { chances, unresolved } = enumerateTapes(draw, tapeBits);
  const trueMass = createTrueMass(family, parameter);
  for (const [outcome, chance] of chances) {
    const { lower, upper } = trueMass(BigInt(outcome));
    const least = rational(chance);
    if (compare(least, upper) > 0 || compare(add(least, rational(unresolved)), lower) < 0)
      return `P(${outcome}) is in [${chance}, ${chance + unresolved}], and should be ${toNumberUp(upper)} (${rationalText(parameter)})`;
  }
  return null;
}

function attempt(judge: () => string | null): string | null {
  try {
    return judge();
  } catch (error) {
    return `it throws ${error instanceof Error ? error.name : typeof error}`;
  }
}
