// `npm run privacy:draws [draws]`: every sampler at 10⁷ draws a parameter, over tapes of 22 bits, and what must be found at that count or
// less. Some minutes.
import {
  createDiscreteGaussian,
  createDiscreteLaplace,
  createGeometric,
  multiply,
  rational,
} from '@portcullis/privacy';
import {
  BROKEN_SAMPLERS,
  checkSampler,
  type SamplerCheckOptions,
  type SamplerSubject,
} from '@portcullis/privacy/conformance';

const draws = Number(process.argv[2] ?? 1e7);
const TAPE_BITS = 22;
/** The broken ones of the kit show in far fewer. */
const GROSS_DRAWS = 1e6;

type Named = SamplerSubject & Readonly<{ name: string }>;

const CORRECT: readonly Named[] = [
  { name: 'geometric', family: 'geometric', create: createGeometric },
  { name: 'discrete Laplace', family: 'discrete-laplace', create: createDiscreteLaplace },
  { name: 'discrete Gaussian', family: 'discrete-gaussian', create: createDiscreteGaussian },
];

/** Too little to show in the counts of `npm test`. */
const SLIGHTLY_BROKEN: readonly Named[] = [
  {
    name: 'laplace-scaled-slightly',
    family: 'discrete-laplace',
    create: (scale) => createDiscreteLaplace(multiply(scale, rational('257/256'))),
  },
  {
    name: 'gaussian-scaled-slightly',
    family: 'discrete-gaussian',
    create: (variance) => createDiscreteGaussian(multiply(variance, rational('129/128'))),
  },
  {
    name: 'laplace-one-more-in-a-thousand',
    family: 'discrete-laplace',
    create: (scale) => {
      const draw = createDiscreteLaplace(scale);
      return (source) => draw(source) + (source.bits(10) === 0 ? 1n : 0n);
    },
  },
];

function judge(subject: Named, shouldPass: boolean, options: SamplerCheckOptions): boolean {
  const started = performance.now();
  const report = checkSampler(subject, { tapeBits: TAPE_BITS, ...options });
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  const found = report.failures.map(({ check, parameter, detail }) => `${check} at ${parameter}: ${detail}`);
  const right = report.passed === shouldPass;
  console.log(
    `${right ? '✔' : '✖'} ${subject.name}: ${found[0] ?? `no fault in ${report.checks} checks`} (${seconds} s)`,
  );
  if (!right) for (const each of found.slice(1)) console.log(`    ${each}`);
  return right;
}

const outcomes = [
  ...CORRECT.map((subject) => judge(subject, true, { draws })),
  ...SLIGHTLY_BROKEN.map((subject) => judge(subject, false, { draws, parameters: ['1'] })),
  ...BROKEN_SAMPLERS.map((subject) =>
    judge(subject, false, {
      draws: Math.min(draws, GROSS_DRAWS),
      parameters: [subject.family === 'discrete-gaussian' ? '100' : '10', '1'],
    }),
  ),
];
const wrong = outcomes.filter((right) => !right).length;
console.log(
  wrong === 0 ? `All ${outcomes.length} as they should be.` : `✖ ${wrong} of ${outcomes.length} are not.`,
);
process.exitCode = wrong === 0 ? 0 : 1;
