import { hashText } from '../../../packages/detection/src/hash32.ts';
import { createSeededRandom, type SeededRandom } from '../../../packages/detection/test/seeded-random.ts';
import { drawArrivals } from './arrivals.ts';
import { createWorkshop } from './attack-content.ts';
import { BENIGN_CONTENT } from './benign-content.ts';
import { drawLogNormal } from './draw.ts';
import { createWardrobe, dressBenign } from './dress.ts';
import { Pool } from './pool.ts';
import type {
  Arrival,
  AttackGroup,
  BenignGroup,
  BenignUse,
  ScenarioParams,
  Truth,
} from './scenario-params.ts';
import { type AccountPlan, createStream, type TrafficStream } from './stream.ts';
import { loadTraces, type Traces } from './traces.ts';

export type Scenario = {
  /** Calibration accounts, in the days before the traffic. */
  readonly benign: TrafficStream;
  readonly traffic: TrafficStream;
  /** Every account of the traffic. */
  readonly truth: ReadonlyMap<string, Truth>;
};

/** 2026-01-01T00:00:00Z. */
const START_S = 1_767_225_600;
const DAY_S = 86_400;

const ARRIVALS: Readonly<Record<BenignUse, Arrival>> = {
  people: 'people',
  'people-iid': 'people',
  pasted: 'people',
  reseller: 'program',
  tenant: 'program',
  harness: 'steady',
};

/**
 * Sources of prompts that people share to reuse them and paste word for word (SOURCES.md says so of the prompts); prompts made to extract with are such a list
 * where benign accounts use them.
 */
const isPublicList = (source: string): boolean =>
  source === 'benign_prompts_chat' || source.startsWith('attack_');

type Role = 'calibration' | 'benign' | 'cover';

/** @param corpora the folder, see `findCorpora`. Same parameters and corpora: same scenario. */
export function makeScenario(params: ScenarioParams, corpora: string): Scenario {
  const maker = createMaker(params, corpora);
  const truth = new Map<string, Truth>();
  const calibration = params.calibration.flatMap((group, g) =>
    maker.benign(group, g, 'calibration', START_S - params.days * DAY_S).map(({ plan }) => plan),
  );
  const traffic = [
    ...params.benign.flatMap((group, g) => maker.benign(group, g, 'benign', START_S)),
    ...params.attacks.flatMap((group, g) => maker.attack(group, g, START_S)),
  ];
  for (const { plan, truth: known } of traffic) truth.set(plan.account, known);
  const { outputTokens } = maker.traces;
  return {
    benign: createStream(calibration, params.fields, outputTokens),
    traffic: createStream(
      traffic.map(({ plan }) => plan),
      params.fields,
      outputTokens,
    ),
    truth,
  };
}

type Planned = { readonly plan: AccountPlan; readonly truth: Truth };

function createMaker(params: ScenarioParams, corpora: string) {
  const traces = loadTraces(corpora);
  const rolesOf = rolesBySource(params);
  const pools = new Map<string, Pool>();
  const name = createNamer(params.seed);

  function pool(source: string, role: Role | 'attack'): Pool {
    const roles = rolesOf.get(source) ?? [];
    const part = Math.max(0, roles.indexOf(role as Role));
    const key = `${source} ${role}`;
    const known = pools.get(key);
    if (known) return known;
    const random = createSeededRandom(hashText(key, params.seed));
    const share =
      role === 'attack'
        ? { part, parts: 1 }
        : { part, parts: Math.max(1, roles.length), isPublicList: isPublicList(source) };
    const made = new Pool(corpora, source, share, random);
    pools.set(key, made);
    return made;
  }

  function benign(group: BenignGroup, g: number, role: Role, start: number): Planned[] {
    const random = createSeededRandom(hashText(`${role} ${g} ${group.use}`, params.seed));
    const sources = group.sources.map((source) => pool(source, role));
    return Array.from({ length: group.accounts }, (_, index) => {
      const perDay = drawLogNormal(group.perDay, group.spread ?? 0.8, random);
      const span = drawSpan(params, start, group.lifeDays ?? params.days, random);
      const times = drawTimes(group.arrival ?? ARRIVALS[group.use], span, perDay, traces, random);
      const { source, sent } = BENIGN_CONTENT[group.use](sources, index, times.length, random);
      const account = name(role === 'calibration' ? 'c' : 'a');
      const plan = { account, times, sent, dress: dressBenign(group.use, span.from, random) };
      return { plan, truth: { kind: 'benign', source, use: group.use, campaign: null, ...sizeOf(plan) } };
    });
  }

  function attack(group: AttackGroup, g: number, start: number): Planned[] {
    const random = createSeededRandom(hashText(`attack ${g} ${group.campaign}`, params.seed));
    const sources = group.sources.map((source) => pool(source, 'attack'));
    const cover = (group.coverSources ?? []).map((source) => pool(source, 'cover'));
    const workshop = createWorkshop(group, sources, group.cover ? cover : [], random);
    const dress = createWardrobe(group, random);
    return Array.from({ length: group.accounts }, (_, index) => {
      const span = drawSpan(params, start, params.days, random);
      const times = drawTimes(group.arrival ?? 'people', span, group.perDay, traces, random);
      const sent = workshop.take(index, times.length);
      const plan = {
        account: name('a'),
        times: times.subarray(0, sent.length),
        sent,
        dress: dress(span.from),
      };
      return { plan, truth: { ...attackTruth(group, index), ...sizeOf(plan) } };
    });
  }

  return { traces, benign, attack };
}

function sizeOf({ times }: AccountPlan): Pick<Truth, 'firstS' | 'exchanges'> {
  return { firstS: times[0] ?? 0, exchanges: times.length };
}

function attackTruth(
  { campaign, sources, single }: AttackGroup,
  index: number,
): Omit<Truth, 'firstS' | 'exchanges'> {
  const source = sources.join('+');
  if (single) return { kind: 'attack', source, use: 'single', campaign: `${campaign}/${index}` };
  return { kind: 'attack', source, use: 'hydra', campaign };
}

/** Which roles take from a source: each gets its own part of it. */
function rolesBySource({ calibration, benign, attacks }: ScenarioParams): Map<string, Role[]> {
  const roles = new Map<string, Role[]>();
  const note = (sources: readonly string[], role: Role): void => {
    for (const source of sources) roles.set(source, [...new Set([...(roles.get(source) ?? []), role])]);
  };
  for (const { sources } of calibration) note(sources, 'calibration');
  for (const { sources } of benign) note(sources, 'benign');
  for (const { cover, coverSources } of attacks) if (cover) note(coverSources ?? [], 'cover');
  return roles;
}

function drawSpan(
  { days, startSpreadDays }: ScenarioParams,
  start: number,
  lifeDays: number,
  random: SeededRandom,
): { from: number; until: number } {
  const from = start + random.next() * startSpreadDays * DAY_S;
  return { from, until: Math.min(from + lifeDays * DAY_S, start + days * DAY_S) };
}

/** At least one: an account that sends nothing is none. */
function drawTimes(
  arrival: Arrival,
  span: { from: number; until: number },
  perDay: number,
  traces: Traces,
  random: SeededRandom,
): Float64Array {
  const times = drawArrivals(arrival, { ...span, perDay }, traces, random);
  return times.length > 0 ? times : Float64Array.of(span.from + random.next() * (span.until - span.from));
}

/** Names that tell nothing, in no order. */
function createNamer(seed: number): (prefix: string) => string {
  const random = createSeededRandom(seed ^ 0x5eed);
  const used = new Set<string>();
  return (prefix) => {
    for (;;) {
      const name = `${prefix}-${random.below(2 ** 31).toString(36)}`;
      if (used.has(name)) continue;
      used.add(name);
      return name;
    }
  };
}
