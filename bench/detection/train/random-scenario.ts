import type { SeededRandom } from '../../../packages/detection/test/seeded-random.ts';
import type { AttackGroup, BenignGroup, BenignUse, ScenarioParams } from '../scenario/scenario-params.ts';

// Scenarios to fit on: everything about them that a score could lean on by accident (pace, hours, how many sources are known, how alike
// accounts of one kind are) is drawn anew for each, so that what remains is what tells extraction from use.

const DAYS = 6;
const PEOPLE_SOURCES = /arena|lima|oasst|hh_|prompts_chat/;

/** @param benign sources for calibration and benign traffic @param attack sources of attacks */
export function randomScenario(
  random: SeededRandom,
  seed: number,
  benign: readonly string[],
  attack: readonly string[],
): ScenarioParams {
  const knownSources = random
    .shuffle([...benign])
    .slice(0, Math.ceil(benign.length * random.pick([0.6, 0.8, 1])));
  const world = { spread: random.pick([0.15, 0.5, 0.9]), pace: random.pick([8, 15, 26]) };
  // People who use a public list of task prompts that nobody extracts with in this world.
  const [list, ...work] = random.shuffle([...attack]) as [string, ...string[]];
  const listed = listUsers(random, list, world);
  return {
    name: `fit ${seed}`,
    seed,
    days: DAYS,
    startSpreadDays: random.pick([0.2, 1, 3]),
    fields: 'bare',
    calibration: [
      ...benignGroups(random, knownSources, random.pick([170, 260]), world),
      ...(random.next() < 0.5 ? [listed] : []),
    ],
    benign: [...benignGroups(random, benign, random.pick([90, 180]), world), listed],
    attacks: [...hydras(random, work, benign), ...singles(random, work, benign)],
  };
}

type World = { readonly spread: number; readonly pace: number };

function benignGroups(
  random: SeededRandom,
  sources: readonly string[],
  accounts: number,
  { spread, pace }: World,
): BenignGroup[] {
  const people = sources.filter((source) => PEOPLE_SOURCES.test(source));
  const shares: [BenignUse, readonly string[], number, number][] = [
    ['people', people, 0.35, pace],
    ['people-iid', people, 0.2, pace],
    ['tenant', sources, 0.25, random.pick([20, 60, 150])],
    ['harness', sources, 0.06, 200],
    ['reseller', people, 0.06, 120],
    ['pasted', people, 0.08, pace],
  ];
  return shares
    .filter(([, from]) => from.length > 0)
    .map(([use, from, share, perDay]) => ({
      use,
      sources: from,
      accounts: Math.max(2, Math.round(share * accounts)),
      perDay: perDay * random.pick([0.6, 1, 1.6]),
      spread,
      ...(random.next() < 0.3 ? { arrival: random.pick(['people', 'program', 'steady'] as const) } : {}),
    }));
}

function listUsers(random: SeededRandom, source: string, { spread, pace }: World): BenignGroup {
  return { use: 'people-iid', sources: [source], accounts: random.pick([8, 16, 32]), perDay: pace, spread };
}

function hydras(random: SeededRandom, attack: readonly string[], benign: readonly string[]): AttackGroup[] {
  return random
    .shuffle([...attack])
    .slice(0, 3)
    .map((source, i) => ({
      campaign: `hydra-${i}`,
      sources: [source],
      accounts: random.pick([12, 24, 40, 80]),
      perDay: random.pick([5, 10, 18, 26]),
      cover: random.pick([0, 0, 0.5, 0.8]),
      coverSources: benign.filter((each) => PEOPLE_SOURCES.test(each)),
      arrival: random.pick(['people', 'steady', 'program'] as const),
      wrapper: random.pick(['none', 'none', 'shared', 'paraphrased'] as const),
      paraphrase: random.pick([0, 0, 1, 2] as const),
    }));
}

function singles(random: SeededRandom, attack: readonly string[], benign: readonly string[]): AttackGroup[] {
  return random
    .shuffle(attack.filter((source) => !source.includes('meaeq')))
    .slice(0, 3)
    .map((source, i) => ({
      campaign: `single-${i}`,
      sources: [source],
      accounts: 3,
      single: true,
      perDay: random.pick([150, 400, 900]),
      cover: random.pick([0, 0, 0.5]),
      coverSources: benign.filter((each) => PEOPLE_SOURCES.test(each)),
      arrival: random.pick(['steady', 'program', 'people'] as const),
    }));
}
