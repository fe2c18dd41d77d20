import type { SeededRandom } from '../../../packages/detection/test/seeded-random.ts';
import type { Dialogue } from './corpora.ts';
import { Deck, type Pool } from './pool.ts';
import type { AttackGroup } from './scenario-params.ts';
import { type Sent, wholeDialogue } from './sent.ts';
import { createTalk, pickBySize } from './talk.ts';
import { ATTACK_WRAPPERS } from './wrappers.ts';

/** Gives each account of a campaign its part of the work, by and by. */
export type Workshop = {
  /** Up to `count` exchanges for the account; fewer where a single extractor's part of the pool is used up. */
  take(account: number, count: number): Sent[];
};

/** @param pools of the campaign; @param cover where the talk between comes from */
export function createWorkshop(
  group: AttackGroup,
  pools: readonly Pool[],
  cover: readonly Pool[],
  random: SeededRandom,
): Workshop {
  const all = pools.flatMap(({ dialogues }) => dialogues);
  const shared = new Deck(all, random);
  const wrapper = random.pick(ATTACK_WRAPPERS);
  // Each single extractor has its own part, so that several of them are not a campaign by accident.
  const part = Math.floor(all.length / group.accounts);
  const order = random.shuffle([...all]);
  return {
    take(account, count) {
      const own = order.slice(account * part, (account + 1) * part).reverse();
      const framing = frame(group, account, wrapper);
      const talk = cover.length > 0 ? createTalk(pickBySize(cover, random), random) : null;
      const share = group.cover ?? 0;
      const sent: Sent[] = [];
      let covered = 0;
      while (sent.length < count) {
        // Steered, as dialogues of several turns would otherwise exceed the share.
        if (talk && random.next() < (covered > share * sent.length ? 0 : Math.min(1, share * 1.5))) {
          const dialogue = talk();
          covered += dialogue.length;
          sent.push(...dialogue);
          continue;
        }
        const dialogue = group.single ? own.pop() : shared.deal();
        if (!dialogue) break;
        sent.push(...workOn(dialogue, group, shared.round, account, framing));
      }
      return sent.slice(0, count);
    },
  };
}

function frame({ wrapper = 'none' }: AttackGroup, account: number, text: string): Partial<Sent> {
  if (wrapper === 'none') return {};
  if (wrapper === 'per-account') return { wrapper: text, wrapperVariant: account + 1 };
  return { wrapper: text };
}

/** A pool that is too small is sent again, lightly reworded each round. */
function workOn(
  dialogue: Dialogue,
  { paraphrase = 0, wrapper }: AttackGroup,
  round: number,
  account: number,
  framing: Partial<Sent>,
): Sent[] {
  const depth = round > 0 && paraphrase === 0 ? 1 : paraphrase;
  const variant = round * 7919 + account;
  const anew = wrapper === 'paraphrased' ? { wrapperVariant: variant * 31 + dialogue.id.length } : {};
  return wholeDialogue(dialogue, { ...framing, ...anew, depth, variant });
}
