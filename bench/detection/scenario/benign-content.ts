import type { SeededRandom } from '../../../packages/detection/test/seeded-random.ts';
import { drawZipf } from './draw.ts';
import type { Pool } from './pool.ts';
import type { Dialogue } from './corpora.ts';
import type { BenignUse } from './scenario-params.ts';
import { type Sent, wholeDialogue } from './sent.ts';
import { createTalk, nextDialogue, pickBySize } from './talk.ts';
import { drawTenantFrame } from './wrappers.ts';

/** What one account sends, and which sources it came from. */
export type Content = { readonly source: string; readonly sent: readonly Sent[] };

type Maker = (pools: readonly Pool[], index: number, count: number, random: SeededRandom) => Content;

/** Fills up to `count` exchanges dialogue by dialogue. */
function fill(count: number, next: () => readonly Sent[]): Sent[] {
  const sent: Sent[] = [];
  while (sent.length < count) sent.push(...next());
  return sent.slice(0, count);
}

const named = (pools: readonly Pool[]): string => pools.map(({ source }) => source).join('+');

/** A person keeps to one source (and so to one language). */
const people: Maker = (pools, _index, count, random) => {
  const pool = pickBySize(pools, random);
  return { source: pool.source, sent: fill(count, createTalk(pool, random)) };
};

const peopleIid: Maker = (pools, _index, count, random) => ({
  source: named(pools),
  sent: fill(count, () => nextDialogue(pickBySize(pools, random).deck)),
});

const reseller: Maker = (pools, _index, count, random) => {
  const { system } = drawTenantFrame(random);
  // End users talk at the same time, so that their dialogues lie within one another.
  const open: Sent[][] = [];
  const sent: Sent[] = [];
  while (sent.length < count) {
    while (open.length < 8) open.push(nextDialogue(pickBySize(pools, random).deck, { system }));
    const at = random.below(open.length);
    sent.push((open[at] as Sent[]).shift() as Sent);
    if (open[at]?.length === 0) open.splice(at, 1);
  }
  return { source: named(pools), sent };
};

const tenant: Maker = (pools, index, count, random) => {
  const pool = pools[index % pools.length] as Pool;
  const frame = drawTenantFrame(random);
  return { source: pool.source, sent: fill(count, () => nextDialogue(pool.deck, frame)) };
};

/** Questions of one test set in its order, again from the start where the run is repeated. */
const harness: Maker = (pools, index, count, random) => {
  const pool = pools[index % pools.length] as Pool;
  const { wrapper } = drawTenantFrame(random);
  const set = pool.dialogues.slice(0, Math.min(500, pool.dialogues.length));
  let at = 0;
  return {
    source: pool.source,
    sent: fill(count, () => wholeDialogue(set[at++ % set.length] as Dialogue, { wrapper })),
  };
};

/** Pastes a popular prompt (some are far likelier than others), then talks on about something of their own. */
const pasted: Maker = (pools, _index, count, random) => {
  const [popular, ...others] = pools as [Pool, ...Pool[]];
  const talk = others.length > 0 ? pickBySize(others, random) : popular;
  return {
    source: named(pools),
    sent: fill(count, () => [
      ...wholeDialogue(popular.dialogues[drawZipf(popular.dialogues.length, random)] as Dialogue),
      ...nextDialogue(talk.deck),
    ]),
  };
};

export const BENIGN_CONTENT: Readonly<Record<BenignUse, Maker>> = {
  people,
  'people-iid': peopleIid,
  tenant,
  harness,
  reseller,
  pasted,
};
