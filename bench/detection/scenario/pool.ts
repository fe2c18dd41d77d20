import type { SeededRandom } from '../../../packages/detection/test/seeded-random.ts';
import { hashText } from '../../../packages/detection/src/hash32.ts';
import { type Dialogue, loadDialogues } from './corpora.ts';
import { groupByTopic } from './topics.ts';

/** Deals a list without repeats until it is used up, then again in another order. */
export class Deck<T> {
  /** How often the whole deck was dealt before; 0 while nothing repeats. */
  round = 0;
  private next = 0;
  private readonly cards: T[];
  private readonly random: SeededRandom;

  constructor(cards: readonly T[], random: SeededRandom) {
    this.cards = random.shuffle([...cards]);
    this.random = random;
  }

  get size(): number {
    return this.cards.length;
  }

  deal(): T {
    if (this.next === this.cards.length) {
      this.next = 0;
      this.round++;
      this.random.shuffle(this.cards);
    }
    return this.cards[this.next++] as T;
  }
}

/** Which part of a source a role may take: the `part`th of `parts`, so that no two roles share a prompt. */
export type Share = { readonly part: number; readonly parts: number };

export class Pool {
  readonly source: string;
  readonly dialogues: readonly Dialogue[];
  /** All dialogues, dealt once each before any comes again. */
  readonly deck: Deck<Dialogue>;
  private topicDecks: Deck<Dialogue>[] | null = null;
  private readonly random: SeededRandom;

  constructor(folder: string, source: string, { part, parts }: Share, random: SeededRandom) {
    this.source = source;
    this.random = random;
    const all = loadDialogues(folder, source);
    this.dialogues = all.filter(({ id }) => (hashText(id, 11) >>> 0) % parts === part);
    this.deck = new Deck(this.dialogues, random);
  }

  /** One deck a topic; users with the same interest take different dialogues while there are any. */
  get topics(): readonly Deck<Dialogue>[] {
    this.topicDecks ??= groupByTopic(this.dialogues, 12).map((topic) => new Deck(topic, this.random));
    return this.topicDecks;
  }
}
