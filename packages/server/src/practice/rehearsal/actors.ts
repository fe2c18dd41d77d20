import { campaignPrompt, chatPrompt, evaluationPrompt, pipelinePrompt, supportPrompt } from './prompts.ts';
import { createRandom } from './random.ts';

/** What an account does in the rehearsal. */
export type ActorKind = 'chat user' | 'support bot' | 'pipeline' | 'evaluation run' | 'campaign';

/** One request of an actor, ready to be sent. */
export type Ask = {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly stream: boolean;
};

/** `next` gives the actor's next request; `pauseMs` how long it waits before it. */
export type Actor = { readonly account: string; readonly kind: ActorKind; next(): Ask; pauseMs(): number };

/** How many accounts of each kind take part. */
export const CAST: Readonly<Record<ActorKind, number>> = {
  'chat user': 24,
  'support bot': 2,
  pipeline: 1,
  'evaluation run': 1,
  campaign: 12,
};

const ITEMS_A_RUN = 100_003;

/** The prompt texts of each kind: `turn` counts an actor's own requests, `seat` is its place among its kind. */
const PROMPTS: Readonly<
  Record<ActorKind, (random: () => number, turn: number, seat: number, run: number) => string>
> = {
  'chat user': (random, turn) => chatPrompt(random, turn),
  'support bot': (random) => supportPrompt(random),
  pipeline: (random) => pipelinePrompt(random),
  'evaluation run': (_random, turn) => evaluationPrompt(turn),
  // Another list of work in each rehearsal: what an earlier one asked is nothing new to the detector.
  campaign: (_random, turn, seat, run) =>
    campaignPrompt(run * ITEMS_A_RUN + turn * CAST.campaign + seat, run),
};

const PAUSES_MS: Readonly<Record<ActorKind, number>> = {
  'chat user': 2200,
  'support bot': 450,
  pipeline: 250,
  'evaluation run': 250,
  campaign: 1500,
};

/**
 * All actors of one rehearsal. Account names say what they are, since all of this is synthetic and said to be so.
 * @param run counts rehearsals on one data directory, from 1
 */
export function createActors(run: number, seed: number): Actor[] {
  const actors: Actor[] = [];
  for (const [kind, count] of Object.entries(CAST) as [ActorKind, number][]) {
    for (let seat = 0; seat < count; seat++) actors.push(createActor(kind, seat, run, seed));
  }
  return actors;
}

function createActor(kind: ActorKind, seat: number, run: number, seed: number): Actor {
  const random = createRandom(seed + run * 1_000_003 + seat * 7919 + kind.length * 104_729);
  const anthropic = kind === 'chat user' && seat % 4 === 3;
  let turn = 0;
  return {
    account: accountName(kind, seat, run),
    kind,
    next() {
      const prompt = PROMPTS[kind](random, turn, seat, run);
      turn += 1;
      const stream = kind === 'chat user' && random() < 0.6;
      return anthropic ? anthropicAsk(prompt, stream) : openaiAsk(prompt, stream, kind);
    },
    pauseMs: () => PAUSES_MS[kind] * (0.6 + random() * 0.8),
  };
}

/** Who does honest work comes back in every rehearsal; six pipelines of six rehearsals would look like a campaign. */
function accountName(kind: ActorKind, seat: number, run: number): string {
  const group = kind === 'campaign' ? `${kind}-${run}` : kind.replace(' ', '-');
  return `practice-${group}-${String(seat + 1).padStart(2, '0')}`;
}

function openaiAsk(prompt: string, stream: boolean, kind: ActorKind): Ask {
  const messages: { role: string; content: string }[] = [{ role: 'user', content: prompt }];
  if (kind === 'support bot')
    messages.unshift({ role: 'system', content: 'You answer customers of a shoe shop. Be brief and kind.' });
  return {
    path: '/v1/chat/completions',
    stream,
    body: {
      model: kind === 'campaign' ? 'practice-large' : 'practice-small',
      messages,
      max_tokens: 160,
      stream,
    },
  };
}

function anthropicAsk(prompt: string, stream: boolean): Ask {
  const body = {
    model: 'practice-small',
    max_tokens: 160,
    messages: [{ role: 'user', content: prompt }],
    stream,
  };
  return { path: '/v1/messages', stream, body };
}
