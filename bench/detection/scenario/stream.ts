import type { Traffic } from '@portcullis/detection';
import { hashText } from '../../../packages/detection/src/hash32.ts';
import { createExchange } from '../../../packages/detection/test/create-exchange.ts';
import type { Dress } from './dress.ts';
import { messagesOf, promptOf, type Sent } from './sent.ts';

/** An account with all it sends; exchange `k` is sent at `times[k]`. */
export type AccountPlan = {
  readonly account: string;
  readonly times: Float64Array;
  readonly sent: readonly Sent[];
  readonly dress: Dress;
};

/** Traffic in the order of time, spelled out as it is read, as often as it is read: a million exchanges need no gigabytes. */
export type TrafficStream = Iterable<Traffic> & {
  readonly length: number;
  readonly accounts: number;
  /** Share of the exchanges whose prompt was sent before, as it is or reworded: where the corpora are too small for the scenario. */
  readonly repeats: number;
};

const SITTING_S = 3 * 3600;

export function createStream(
  plans: readonly AccountPlan[],
  fields: 'full' | 'bare',
  outputTokens: readonly number[],
): TrafficStream {
  const length = plans.reduce((sum, { times }) => sum + times.length, 0);
  const ofPlan = new Uint32Array(length);
  const ofSent = new Uint32Array(length);
  const at = new Float64Array(length);
  let next = 0;
  plans.forEach(({ times }, plan) => {
    times.forEach((time, k) => {
      ofPlan[next] = plan;
      ofSent[next] = k;
      at[next++] = time;
    });
  });
  const order = Uint32Array.from({ length }, (_, i) => i).sort(
    (a, b) => (at[a] as number) - (at[b] as number) || a - b,
  );
  const spell = fields === 'bare' ? spellBare : spellFull;
  return {
    length,
    accounts: plans.length,
    repeats: shareRepeated(plans),
    *[Symbol.iterator]() {
      let ref = 0;
      for (const event of order) {
        const plan = plans[ofPlan[event] as number] as AccountPlan;
        yield spell(plan, ofSent[event] as number, ref++, outputTokens);
      }
    },
  };
}

function shareRepeated(plans: readonly AccountPlan[]): number {
  const seen = new Set<string>();
  let length = 0;
  for (const { sent } of plans) {
    length += sent.length;
    for (const { dialogue, turn } of sent) seen.add(`${dialogue.id} ${turn}`);
  }
  return length === 0 ? 0 : 1 - seen.size / length;
}

function spellBare(plan: AccountPlan, k: number, ref: number): Traffic {
  const sent = plan.sent[k] as Sent;
  const prompt = promptOf(sent);
  return createExchange({
    time: plan.times[k] as number,
    account: plan.account,
    prompt,
    messages: messagesOf(sent, prompt),
    ref,
  });
}

function spellFull(plan: AccountPlan, k: number, ref: number, tokens: readonly number[]): Traffic {
  const bare = spellBare(plan, k, ref);
  const { dialogue, turn, system } = plan.sent[k] as Sent;
  const response = dialogue.turns[turn]?.response ?? null;
  const chance = hashText(plan.account, k) >>> 0;
  const { model, params, billing, created, networks } = plan.dress;
  const characters = (bare.messages ?? []).reduce((sum, { content }) => sum + content.length, 0);
  return {
    ...bare,
    model,
    system: system ?? null,
    params,
    response,
    inputTokens: Math.ceil(characters / 4),
    outputTokens:
      response === null ? (tokens[chance % tokens.length] as number) : Math.ceil(response.length / 4),
    network: networks[Math.floor(bare.time / SITTING_S) % networks.length] ?? null,
    billing,
    created,
  };
}
