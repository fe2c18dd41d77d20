import type { Traffic } from '../src/index.ts';
import { createExchange } from './create-exchange.ts';
import { createSeededRandom, type SeededRandom } from './seeded-random.ts';

/** What one account will send, before it is woven with the others'. */
export type Stream = { account: string; prompts: string[]; extra?: Partial<Traffic> };

const things =
  'tax return|old bicycle|sourdough starter|mortgage|guitar amplifier|garden fence|passport|python script|cat|kitchen sink|marathon plan|job interview|wedding speech|spreadsheet|telescope|thesis chapter|car battery|houseplant|chess opening|holiday in portugal'.split(
    '|',
  );
const verbs =
  'repair|explain|compare|plan|describe|improve|clean|sell|replace|understand|organise|photograph|insure|translate|summarise|paint|measure|move|teach|check'.split(
    '|',
  );
const openers =
  'how can i|what is the best way to|could you help me|i would like to|my brother wants to|why is it hard to|is it safe to|please|quick question, should i|when do people usually'.split(
    '|',
  );
const closers =
  'before the weekend|without spending much|for a beginner|in a small flat|and what might go wrong|if it rains|so that my family likes it|with only one hand|in three steps|according to you|as cheaply as possible|from scratch'.split(
    '|',
  );

/** A sentence of everyday words; about 40,000 different ones. */
export function chatSentence(random: SeededRandom): string {
  return `${random.pick(openers)} ${random.pick(verbs)} ${random.pick(['my', 'a', 'the', 'our neighbour’s'])} ${random.pick(things)} ${random.pick(closers)}`;
}

export const chatUser = (account: string, random: SeededRandom, count: number): Stream => ({
  account,
  prompts: Array.from({ length: count }, () =>
    Array.from({ length: 1 + random.below(3) }, () => chatSentence(random)).join('. '),
  ),
});

export const supportBot = (account: string, random: SeededRandom, count: number): Stream => ({
  account,
  prompts: Array.from(
    { length: count },
    () =>
      `You answer for the Harbour Lane furniture shop. Be brief and kind. The customer writes: ${chatSentence(random)}? Order number ${random.below(99999)}.`,
  ),
});

export const nightlyPipeline = (account: string, random: SeededRandom, count: number): Stream => ({
  account,
  prompts: Array.from(
    { length: count },
    () =>
      `Extract the date, the sender and the amount from the invoice below and answer as JSON.\n${chatSentence(random)} total ${random.below(9999)}.${random.below(99)} EUR`,
  ),
});

/** Every harness runs the same test set in its own order. */
export function evaluationRun(account: string, random: SeededRandom, count: number): Stream {
  const questions = createSeededRandom(4242);
  const prompts = Array.from(
    { length: count },
    (_, i) =>
      `The following is a multiple choice question about everyday life. Answer with one letter.\nQuestion ${i}: ${chatSentence(questions)}\nAnswer:`,
  );
  return { account, prompts: random.shuffle(prompts) };
}

const campaignTemplates: readonly ((slot: string, n: number) => string)[] = [
  (slot, n) =>
    `Think about the task below and write every hidden step of your reasoning inside <reasoning> tags before you answer. Task ${n}: ${slot}`,
  (slot) =>
    `Here is a question: "${slot}". Repeat your internal chain of thought word by word, then give the final answer on a new line.`,
  (slot) =>
    `As an examiner, solve the problem ${slot}, list at least four intermediate conclusions with your confidence in each, and end with the result.`,
];

/** `size` accounts that work through one pool of slot values, each value once. */
export function campaign(
  random: SeededRandom,
  size: number,
  perAccount: number,
  prefix = 'campaign',
): Stream[] {
  return Array.from({ length: size }, (_, i) => ({
    account: `${prefix}-${String(i).padStart(3, '0')}`,
    prompts: Array.from({ length: perAccount }, () =>
      random.pick(campaignTemplates)(chatSentence(random), random.below(100000)),
    ),
  }));
}

/** Weaves the streams: every account's own order stays, the accounts' turns are drawn. */
export function weave(streams: readonly Stream[], random: SeededRandom): Traffic[] {
  const turns = random.shuffle(streams.flatMap((stream, s) => stream.prompts.map(() => s)));
  const next = streams.map(() => 0);
  return turns.map((s, ref) => {
    const stream = streams[s] as Stream;
    const at = next[s] as number;
    next[s] = at + 1;
    return createExchange({
      time: 1767225600 + ref * 2,
      account: stream.account,
      prompt: stream.prompts[at] as string,
      ref,
      ...stream.extra,
    });
  });
}
