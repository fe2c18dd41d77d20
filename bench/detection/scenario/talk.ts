import type { SeededRandom } from '../../../packages/detection/test/seeded-random.ts';
import type { Dialogue } from './corpora.ts';
import type { Dealer, Pool } from './pool.ts';
import { type Sent, wholeDialogue } from './sent.ts';

/** The next dialogue; one that was dealt before comes back lightly reworded, as another person would ask the same. */
export function nextDialogue(deck: Dealer<Dialogue>, rest: Omit<Sent, 'dialogue' | 'turn'> = {}): Sent[] {
  const dialogue = deck.deal();
  return wholeDialogue(dialogue, { ...rest, depth: deck.round > 0 ? 1 : 0, variant: deck.round });
}

/** One of the pools, the likelier the larger it is. */
export function pickBySize(pools: readonly Pool[], random: SeededRandom): Pool {
  let rest = random.below(pools.reduce((sum, pool) => sum + pool.dialogues.length, 0));
  return pools.find((pool) => (rest -= pool.dialogues.length) < 0) ?? (pools[0] as Pool);
}

/** A person's dialogues, one by one: about one to four topics of a pool, and a new one whenever those are used up. */
export function createTalk(pool: Pool, random: SeededRandom): () => Sent[] {
  const interests: Dealer<Dialogue>[] = [];
  let left = 0;
  const find = (): void => {
    // Not one of theirs again, while there are others: it would only bring their own prompts back.
    const others = pool.topics.filter((topic) => !interests.includes(topic));
    const topic = random.pick(others.length > 0 ? others : pool.topics);
    interests.push(topic);
    left += topic.size;
  };
  for (let i = random.below(4); i >= 0; i--) find();
  return () => {
    if (left-- <= 0) find();
    return nextDialogue(random.pick(interests));
  };
}
