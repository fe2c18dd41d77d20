import { CAMPAIGN_FRAMES } from './campaign-frames.ts';
import { pick } from './random.ts';

// Synthetic text for the rehearsal, written for it. Benign users repeat themselves within one account (a support bot, a pipeline, an
// evaluation run); the campaign repeats itself across accounts and never asks the same thing twice.

const CHAT = [
  'What should I cook tonight with two aubergines and half a lemon?',
  'My landlord wants to raise the rent in the middle of the contract. Is that allowed?',
  'Rewrite this so that it sounds less angry: I have asked you three times already.',
  'Why does bread go stale faster in the fridge?',
  'Give me five names for a small bicycle repair shop by the sea.',
  'hey, can you explain what a mutex is? i keep mixing it up with a semaphore',
  'Plan a rainy Sunday in Ghent with a six-year-old.',
  'The cat refuses the new litter box. Ideas?',
  'Translate "see you at the harbour at dusk" into Portuguese, please.',
  'Write a limerick about a lighthouse keeper who is afraid of the dark.',
  'How long do I have to wait after oiling a wooden worktop?',
  'What is the difference between an ISA and an ordinary savings account?',
  'I got a segmentation fault in a C program that only reads a file. Where do I start?',
  'Summarise the plot of The Tempest in three sentences.',
  'Is it rude in Japan to refuse a second cup of tea?',
  'make me a packing list for four days of hiking, light please',
  'Which houseplants survive in a bathroom without a window?',
  'My git rebase went wrong and I see detached HEAD. How do I get back?',
  'Draft a short speech for my sister, she turns forty on Saturday.',
  'Why is the sky sometimes green before a storm?',
  'Could you check whether "less people" or "fewer people" is right here?',
  'I would like to learn the ukulele. Which three chords first?',
  'What questions should I ask when I view a second-hand car?',
  'Erkläre mir bitte, warum Mehl klumpt, wenn ich es in heiße Brühe gebe.',
  'Quel vin blanc va bien avec une tarte aux poireaux ?',
  'Necesito una excusa amable para no ir a una boda en agosto.',
  'How do tides work on the far side of the Earth from the moon?',
  'Turn this list into a table: apples 3, pears 5, plums 12.',
  'My toddler only sleeps when carried. What do people do?',
  'Write an SQL query that finds customers without an order since March.',
  'What does "force majeure" mean in a catering contract?',
  'I feel stuck in my job and do not know whom to talk to.',
  'Can I paint over wallpaper, or will it bubble?',
  'Suggest a chess opening for someone who hates theory.',
  'How many people does it take to move an upright piano down one flight of stairs?',
  'Explain compound interest to a twelve-year-old with marbles.',
  'The heating makes a knocking sound every morning at six. Should I worry?',
  'Give me a gentle stretching routine for a bad lower back.',
  'Which is heavier, a litre of milk or a litre of cream?',
  'Please shorten this to one paragraph and keep the part about the deadline.',
  'How did people keep time at sea before chronometers?',
  'What is a good first telescope under two hundred pounds?',
  'regex that matches a uk postcode but not in the middle of a word',
  'Tell me something surprising about octopuses.',
  'My neighbour plays the drums at night. How do I bring it up kindly?',
  'Compare renting skis and buying used ones for two trips a year.',
  'Was ist der Unterschied zwischen Miete und Pacht?',
  'Why do my macarons crack?',
  'Help me write a reference for a student who was late a lot but brilliant.',
  'What happens to a cheque if the bank that issued it closes?',
];

const CHAT_FOLLOW = [
  'Thanks. And if I only have twenty minutes?',
  'ok, shorter please',
  'Hm, that did not help. It still happens after a restart.',
  'Could you give me an example?',
  'Great, now the same as an e-mail to my colleague Ruth.',
  'Are you sure? I read the opposite last week.',
];

const SUPPORT = [
  'where is my order {n}?',
  'I was charged twice for order {n}',
  'how do i return a pair of boots, order {n}',
  'parcel {n} says delivered but it is not here',
  'change the delivery address for {n} please',
  'the discount code did not work on {n}',
];

const HEADLINES = [
  'Harbour authority delays the northern ferry by {n} minutes after fog',
  'Council approves {n} new allotments behind the old gasworks',
  'Shares of a regional bank slip {n} points in thin trading',
  'Volunteers count {n} puffins on the southern cliffs',
  'Museum reopens after {n} days of repairs to its roof',
];

const SUBJECTS = [
  'combinatorics',
  'thermodynamics',
  'contract law',
  'pharmacology',
  'graph theory',
  'macroeconomics',
  'organic chemistry',
  'number theory',
];
const THINGS = [
  'beads',
  'turbines',
  'clauses',
  'tablets',
  'vertices',
  'households',
  'isomers',
  'residues',
  'valves',
  'ledgers',
  'lenses',
  'sensors',
];
const TWISTS = [
  'one of them fails without notice',
  'the order in which they are drawn matters',
  'each may be used at most twice',
  'a third party disputes the outcome',
  'the temperature rises linearly',
  'two of them are indistinguishable',
];

/** A chat user's next prompt. */
export function chatPrompt(random: () => number, turn: number): string {
  return turn > 0 && random() < 0.25 ? pick(random, CHAT_FOLLOW) : pick(random, CHAT);
}

/** A customer's question that a support bot passes on; the same few forms thousands of times, within one account. */
export function supportPrompt(random: () => number): string {
  return pick(random, SUPPORT).replace('{n}', String(100_000 + Math.floor(random() * 900_000)));
}

/** One record of a nightly classification run. */
export function pipelinePrompt(random: () => number): string {
  const headline = pick(random, HEADLINES).replace('{n}', String(2 + Math.floor(random() * 97)));
  return `Classify the headline as business, local, nature or culture. Answer with one word.\nHeadline: ${headline}`;
}

/** One item of an evaluation run. */
export function evaluationPrompt(item: number): string {
  const boxes = 3 + (item % 11);
  return `Question: A shop has ${boxes} boxes with ${boxes + 4} pens each and sells ${item % 7} pens. How many pens are left?\nAnswer with a number only.`;
}

/**
 * The `item`-th piece of the work list of the campaign in rehearsal `run` (from 1). Accounts take items by turns, so no two ever ask the
 * same; the frame around the slots is shared by all of them, and another in each rehearsal until all frames were used.
 */
export function campaignPrompt(item: number, run: number): string {
  const frame = CAMPAIGN_FRAMES[(run - 1) % CAMPAIGN_FRAMES.length] ?? CAMPAIGN_FRAMES[0];
  const count = 7 + ((item * 13) % 89);
  const slots: Readonly<Record<string, string>> = {
    subject: SUBJECTS[item % SUBJECTS.length] as string,
    things: THINGS[(item * 5) % THINGS.length] as string,
    twist: TWISTS[(item * 7 + Math.floor(item / 6)) % TWISTS.length] as string,
    count: String(count),
    fewer: String(count - 3),
    item: String(item),
  };
  const grades = (item + Math.floor(item / 12)) % 3 === 2;
  return (grades ? frame.grade : frame.solve).replace(
    /\{(\w+)\}/g,
    (_slot, name: string) => slots[name] ?? '',
  );
}
