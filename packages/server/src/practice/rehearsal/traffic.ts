import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { Actor, ActorKind, Ask } from './actors.ts';

/** How one kind of account fared. `refused` counts answers 401 to 403. */
export type Tally = { sent: number; answered: number; refused: number; failed: number };

/** What came back. `code` is the machine-readable reason of a refusal. */
export type Reply = {
  readonly status: number;
  readonly entry: string | undefined;
  readonly code: string | undefined;
};

/** Actors talking to the gate over real HTTP until `stop` is called. */
export type Traffic = {
  readonly tallies: ReadonlyMap<ActorKind, Tally>;
  /** One more request of every actor, at once. */
  once(): Promise<{ actor: Actor; reply: Reply }[]>;
  stop(): Promise<void>;
};

const REFUSALS = [401, 402, 403];

/** @param keys API key by account */
export function startTraffic(
  gateUrl: string,
  actors: readonly Actor[],
  keys: ReadonlyMap<string, string>,
): Traffic {
  const agent = new Agent({ connections: 64 });
  const stopping = new AbortController();
  const tallies = new Map<ActorKind, Tally>();
  const send = async (actor: Actor): Promise<Reply> => {
    const reply = await sendAsk(agent, gateUrl, keys.get(actor.account) ?? '', actor.next());
    count(tallies, actor.kind, reply.status);
    return reply;
  };
  const loops = actors.map(async (actor) => {
    await pause(actor.pauseMs() * Math.random(), stopping.signal);
    while (!stopping.signal.aborted) {
      await send(actor);
      await pause(actor.pauseMs(), stopping.signal);
    }
  });
  return {
    tallies,
    once: () => Promise.all(actors.map(async (actor) => ({ actor, reply: await send(actor) }))),
    async stop() {
      stopping.abort();
      await Promise.all(loops);
      await agent.close();
    },
  };
}

/** Sends one request and reads all of the answer. A connection that fails counts as status 0. */
export async function sendAsk(agent: Agent, gateUrl: string, key: string, ask: Ask): Promise<Reply> {
  try {
    const answer = await request(`${gateUrl}${ask.path}`, {
      dispatcher: agent,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'anthropic-version': '2023-06-01',
        authorization: `Bearer ${key}`,
      },
      body: JSON.stringify(ask.body),
    });
    const text = await answer.body.text();
    const entry = answer.headers['x-portcullis-entry'];
    return {
      status: answer.statusCode,
      entry: Array.isArray(entry) ? entry[0] : entry,
      code: answer.statusCode < 400 ? undefined : refusalCode(text),
    };
  } catch {
    return { status: 0, entry: undefined, code: undefined };
  }
}

function refusalCode(text: string): string | undefined {
  try {
    const error = (JSON.parse(text) as { error?: { code?: unknown; type?: unknown } }).error;
    const code = error?.code ?? error?.type;
    return typeof code === 'string' ? code : undefined;
  } catch {
    return undefined;
  }
}

function count(tallies: Map<ActorKind, Tally>, kind: ActorKind, status: number): void {
  const tally = tallies.get(kind) ?? { sent: 0, answered: 0, refused: 0, failed: 0 };
  tally.sent += 1;
  if (status >= 200 && status < 300) tally.answered += 1;
  else if (REFUSALS.includes(status)) tally.refused += 1;
  else tally.failed += 1;
  tallies.set(kind, tally);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    // Stopped while waiting.
  }
}
