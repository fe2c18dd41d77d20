import type { Traffic, TrafficNetwork, TrafficParams } from '@portcullis/detection';
import type { SeededRandom } from '../../../packages/detection/test/seeded-random.ts';
import { drawLogNormal, drawZipf } from './draw.ts';
import type { AttackGroup, BenignUse } from './scenario-params.ts';

/** What is the same in all exchanges of an account. */
export type Dress = Pick<Traffic, 'model' | 'params' | 'billing' | 'created'> & {
  /** The address may change between sittings; the rest stays. */
  readonly networks: readonly TrafficNetwork[];
};

const DAY_S = 86_400;
const CLIENTS = [
  'openai-python/1.40.0',
  'openai-python/1.51.2',
  'openai-node/4.56.0',
  'python-requests/2.32.3',
  'langchain/0.2.16',
  'okhttp/4.12.0',
  'axios/1.7.4',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64)',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5)',
  'curl/8.5.0',
];
const NETWORKS = 120;

function drawIp(random: SeededRandom): string {
  return `10.${random.below(256)}.${random.below(256)}.${1 + random.below(254)}`;
}

function drawNetwork(random: SeededRandom): TrafficNetwork {
  const client = drawZipf(CLIENTS.length, random);
  return {
    ip: drawIp(random),
    asn: 64_512 + drawZipf(NETWORKS, random),
    // A client's version decides its handshake, nearly always.
    tls: `t13d-${client}-${random.below(10) === 0 ? random.below(5) : 0}`,
    userAgent: CLIENTS[client] as string,
  };
}

function roaming(base: TrafficNetwork, count: number, random: SeededRandom): TrafficNetwork[] {
  return Array.from({ length: count }, (_, i) => (i === 0 ? base : { ...base, ip: drawIp(random) }));
}

function peopleParams(random: SeededRandom): TrafficParams | null {
  if (random.next() < 0.4) return null;
  return {
    stream: random.next() < 0.8,
    ...(random.next() < 0.4 ? { temperature: random.pick([0.2, 0.7, 1]) } : {}),
  };
}

function programParams(use: BenignUse, random: SeededRandom): TrafficParams {
  // Classifiers and evaluation harnesses ask for log-probabilities too.
  const logprobs = random.next() < (use === 'harness' ? 0.4 : 0.15);
  return {
    temperature: random.pick([0, 0, 0, 0.2, 0.7]),
    max_tokens: random.pick([64, 256, 512, 1024, 2048, 4096]),
    ...(logprobs ? { logprobs: true, top_logprobs: random.pick([1, 5]) } : {}),
    ...(use === 'harness' && random.next() < 0.2 ? { n: random.pick([2, 4, 8]) } : {}),
  };
}

const drawModel = (random: SeededRandom): string => (random.next() < 0.7 ? 'm-large' : 'm-small');

export function dressBenign(use: BenignUse, start: number, random: SeededRandom): Dress {
  const isPerson = use === 'people' || use === 'people-iid' || use === 'pasted';
  return {
    model: drawModel(random),
    params: isPerson ? peopleParams(random) : programParams(use, random),
    billing: `b-${random.below(2 ** 30).toString(36)}`,
    created: Math.round(start - drawLogNormal(isPerson ? 40 : 120, 1.2, random) * DAY_S),
    networks: roaming(drawNetwork(random), isPerson ? 1 + random.below(6) : 1 + random.below(2), random),
  };
}

/** The clothes of a campaign: each account's own, or few addresses, one client and few bills for all. */
export function createWardrobe(group: AttackGroup, random: SeededRandom): (start: number) => Dress {
  const model = drawModel(random);
  const isShared = group.infrastructure === 'shared';
  const sharedNetworks = roaming(drawNetwork(random), Math.max(2, Math.ceil(group.accounts / 10)), random);
  const bills = Array.from(
    { length: Math.max(1, Math.ceil(group.accounts / 20)) },
    () => `b-${random.below(2 ** 30).toString(36)}`,
  );
  return (start) => ({
    model,
    params: attackParams(group, random),
    billing: isShared ? random.pick(bills) : `b-${random.below(2 ** 30).toString(36)}`,
    created: Math.round(start - random.next() * (group.ageDays ?? 3) * DAY_S),
    networks: isShared
      ? [random.pick(sharedNetworks), random.pick(sharedNetworks)]
      : roaming(drawNetwork(random), 1 + random.below(3), random),
  });
}

function attackParams({ params, arrival }: AttackGroup, random: SeededRandom): TrafficParams | null {
  if (params === 'harvest')
    return { temperature: 1, max_tokens: 4096, logprobs: true, top_logprobs: 20, n: random.pick([1, 2, 4]) };
  return arrival === 'people' ? peopleParams(random) : programParams('tenant', random);
}
