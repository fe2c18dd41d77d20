import type { SeededRandom } from '../../../packages/detection/test/seeded-random.ts';
import { hashText } from '../../../packages/detection/src/hash32.ts';
import { type Dialogue, loadDialogues } from './corpora.ts';
import { drawZipf } from './draw.ts';
import { groupByTopic } from './topics.ts';

/** Where dialogues of a source come from, one by one. */
export type Dealer<T> = {
  readonly size: number;
  /** How often the card dealt last was dealt before; such a card comes back reworded. */
  readonly round: number;
  deal(): T;
};

/** Deals a list without repeats until it is used up, then again in another order. */
export class Deck<T> implements Dealer<T> {
  round = 0;
  private next = 0;
  private readonly cards: T[];
  private readonly random: SeededRandom;
  private readonly dealt: Map<T, number>;

  /** @param dealt how often each card was dealt, by this deck and others of the same cards */
  constructor(cards: readonly T[], random: SeededRandom, dealt = new Map<T, number>()) {
    this.cards = random.shuffle([...cards]);
    this.random = random;
    this.dealt = dealt;
  }

  get size(): number {
    return this.cards.length;
  }

  deal(): T {
    if (this.next === this.cards.length) {
      this.next = 0;
      this.random.shuffle(this.cards);
    }
    const card = this.cards[this.next++] as T;
    this.round = this.dealt.get(card) ?? 0;
    this.dealt.set(card, this.round + 1);
    return card;
  }
}

/** A public list of prompts: people take what is popular, word for word, whoever took it before. */
class PublicList<T> implements Dealer<T> {
  readonly round = 0;
  private readonly cards: readonly T[];
  private readonly random: SeededRandom;

  constructor(cards: readonly T[], random: SeededRandom) {
    this.cards = cards;
    this.random = random;
  }

  get size(): number {
    return this.cards.length;
  }

  deal(): T {
    return this.cards[drawZipf(this.cards.length, this.random)] as T;
  }
}

/** Which part of a source a role may take: the `part`th of `parts`, so that no two roles share a prompt. */
export type Share = {
  readonly part: number;
  readonly parts: number;
  /** People take what is popular, word for word. */
  readonly isPublicList?: boolean;
};

export class Pool {
  readonly source: string;
  readonly dialogues: readonly Dialogue[];
  /** All dialogues, dealt once each before any comes again, unless the source is a public list. */
  readonly deck: Dealer<Dialogue>;
  private topicDecks: Dealer<Dialogue>[] | null = null;
  private readonly random: SeededRandom;
  private readonly isPublicList: boolean;
  private readonly dealt = new Map<Dialogue, number>();

  constructor(
    folder: string,
    source: string,
    { part, parts, isPublicList = false }: Share,
    random: SeededRandom,
  ) {
    this.source = source;
    this.random = random;
    this.isPublicList = isPublicList;
    const all = loadDialogues(folder, source);
    this.dialogues = all.filter(({ id }) => (hashText(id, 11) >>> 0) % parts === part);
    this.deck = this.dealerOf(this.dialogues);
  }

  /** One deck a topic; users with the same interest take different dialogues while there are any. */
  get topics(): readonly Dealer<Dialogue>[] {
    this.topicDecks ??= groupByTopic(this.dialogues, 12).map((topic) => this.dealerOf(topic));
    return this.topicDecks;
  }

  private dealerOf(cards: readonly Dialogue[]): Dealer<Dialogue> {
    if (this.isPublicList) return new PublicList(cards, this.random);
    return new Deck(cards, this.random, this.dealt);
  }
}
