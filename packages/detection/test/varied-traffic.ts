import type { Traffic } from '../src/index.ts';
import { createExchange } from './create-exchange.ts';
import type { SeededRandom } from './seeded-random.ts';

// A crowd in which everybody has interests of their own, made of invented words, so that no two accounts share a text. Nothing in it was ever
// sent by anybody.

export const DAY_S = 86_400;
const START_S = 1_767_225_600;

const syllables = 'ba ke li mo nu ra se ti vo zu cha dri fle gor hin jas plo stu wen yor'.split(' ');
const inventWord = (random: SeededRandom): string =>
  Array.from({ length: 2 + random.below(2) }, () => random.pick(syllables)).join('');
const inventWords = (random: SeededRandom, count: number): string[] =>
  Array.from({ length: count }, () => inventWord(random));

const everyday = 'the a this with for after before without under some every other very once then also'.split(
  ' ',
);
const talk =
  'how do i|can you help me with|my|i would like|is it normal that my|what should we do about|thanks, and|why is our'.split(
    '|',
  );
const orders = 'write about|explain|list facts on|give an example of|summarize|describe|compare'.split('|');

/** A sentence of `length` words, half of them out of `words`. */
const sentence = (random: SeededRandom, words: readonly string[], length: number): string =>
  Array.from({ length }, () => random.pick(random.below(2) === 0 ? words : everyday)).join(' ');

export type Life = {
  readonly account: string;
  /** Seconds from the start of everything. */
  readonly begins: number;
  readonly perDay: number;
  readonly prompt: (random: SeededRandom) => string;
  /** Share of exchanges that go on with an answer. */
  readonly followUps: number;
};

function person(account: string, random: SeededRandom): Life {
  const words = inventWords(random, 12 + random.below(60));
  const chatty = random.next();
  return {
    account,
    begins: random.next() * 0.5 * DAY_S,
    perDay: 4 + 20 * random.next() ** 2,
    followUps: 0.4 * random.next(),
    prompt: (draw) =>
      draw.next() < 0.2 + 0.7 * chatty
        ? `${draw.pick(talk)} ${sentence(draw, words, 4 + draw.below(12))}?`
        : `${draw.pick(orders)} ${sentence(draw, words, 3 + draw.below(9))}.`,
  };
}

/** One tenant's program: a frame of its own around slots of its own. */
function program(account: string, random: SeededRandom): Life {
  const words = inventWords(random, 8 + random.below(30));
  const frame = `${random.pick(orders)} ${sentence(random, inventWords(random, 10), 14)}`;
  return {
    account,
    begins: random.next() * 0.5 * DAY_S,
    perDay: 8 + 30 * random.next(),
    followUps: 0,
    prompt: (draw) => `${frame}: ${sentence(draw, words, 4 + draw.below(8))} ${draw.below(10_000)}`,
  };
}

/** People, and one program among four. */
export const benignLife = (account: string, random: SeededRandom): Life =>
  random.below(4) === 0 ? program(account, random) : person(account, random);

/** Accounts that draw tasks from one pool of many subjects at one pace, as workers of one harvest do. */
export function hydra(size: number, random: SeededRandom, prefix = 'hydra'): Life[] {
  const subjects = Array.from({ length: 40 }, () => inventWords(random, 12));
  const began = random.next() * 0.2 * DAY_S;
  return Array.from({ length: size }, (_, i) => ({
    account: `${prefix}-${i}`,
    begins: began + 600 * random.next(),
    perDay: 26,
    followUps: 0,
    prompt: (draw) =>
      `${draw.pick(orders)} ${sentence(draw, draw.pick(subjects), 4 + draw.below(8))}. Explain your reasoning step by step.`,
  }));
}

/** What the accounts send in `days`, in the order of time. */
export function live(lives: readonly Life[], days: number, random: SeededRandom): Traffic[] {
  const sent = lives.flatMap(({ account, begins, perDay, prompt, followUps }) => {
    const exchanges: Omit<Traffic, 'ref'>[] = [];
    const pause = (): number => (-Math.log(1 - random.next()) * DAY_S) / perDay;
    for (let time = begins + pause(); time < days * DAY_S; time += pause()) {
      const text = prompt(random);
      const messages =
        random.next() < followUps
          ? [
              { role: 'user', content: 'before' },
              { role: 'assistant', content: 'an answer' },
              { role: 'user', content: text },
            ]
          : null;
      exchanges.push(createExchange({ time: START_S + time, account, prompt: text, messages }));
    }
    return exchanges;
  });
  return sent.sort((a, b) => a.time - b.time).map((exchange, ref) => ({ ...exchange, ref }));
}
