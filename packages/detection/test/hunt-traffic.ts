import { createSeededRandom, type SeededRandom } from './seeded-random.ts';
import {
  campaign,
  chatUser,
  evaluationRun,
  nightlyPipeline,
  type Stream,
  supportBot,
  weave,
} from './synthetic-traffic.ts';
import type { Traffic } from '../src/index.ts';

// Exported logs made up for the golden files of `portcullis hunt`: nothing in them was ever sent by anybody.

const START_SECONDS = 1_767_225_600;
const DAY_SECONDS = 86_400;

/** Benign accounts of four kinds, unless told otherwise over as many days as the traffic. */
export function benignLines(seed: number, accounts: number, days = 4): string[] {
  const random = createSeededRandom(seed);
  const streams = Array.from({ length: accounts }, (_, i) => benignStream(`benign-${three(i)}`, i, random));
  return spell(weave(streams, random), random, days);
}

/** A campaign of twelve accounts among others like the benign ones, over four days. */
export function trafficLines(seed: number): string[] {
  const random = createSeededRandom(seed);
  const others = Array.from({ length: 24 }, (_, i) => benignStream(`other-${three(i)}`, i, random));
  return spell(weave([...others, ...campaign(random, 12, 26)], random), random, 4);
}

function benignStream(account: string, i: number, random: SeededRandom): Stream {
  const count = 6 + random.below(14);
  if (i % 8 === 0) return supportBot(account, random, count);
  if (i % 8 === 1) return nightlyPipeline(account, random, count);
  if (i % 8 === 2) return evaluationRun(account, random, count);
  return chatUser(account, random, count);
}

const three = (n: number): string => String(n).padStart(3, '0');

/** Lines in the order of time; some fields are left out of some, as logs do. */
function spell(traffic: readonly Traffic[], random: SeededRandom, days: number): string[] {
  const step = (days * DAY_SECONDS) / traffic.length;
  return traffic.map(({ account, prompt }, i) => {
    const network = { ip: `192.0.2.${1 + ((account.length * 31 + i) % 200)}`, user_agent: 'client/1' };
    const asMessages = random.below(3) === 0;
    return JSON.stringify({
      time: START_SECONDS + Math.round(step * (i + random.next()) * 100) / 100,
      account,
      model: 'model-small',
      ...(asMessages ? { messages: [{ role: 'user', content: prompt }] } : { prompt }),
      ...(random.below(4) === 0 ? {} : { params: { temperature: 0.7, max_tokens: 512 } }),
      ...(random.below(2) === 0 ? { response: null } : { output_tokens: 20 + random.below(300) }),
      ...(random.below(4) === 0 ? {} : { network }),
    });
  });
}
