import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createAdminWorld } from './test/admin-world.ts';

let world: Awaited<ReturnType<typeof createAdminWorld>>;
before(async () => {
  world = await createAdminWorld();
});
after(() => world.close());

type Listening = {
  readonly next: (event: string) => Promise<Record<string, unknown>>;
  readonly end: () => void;
};

/** Listens as a browser does, but with a header. */
async function listen(who: string): Promise<Listening> {
  const ended = new AbortController();
  const response = await fetch(`${world.url}/v1/events`, {
    headers: { authorization: `Bearer ${world.tokens[who] ?? who}` },
    signal: ended.signal,
  });
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
  const reader = (response.body as ReadableStream<Uint8Array>)
    .pipeThrough(new TextDecoderStream())
    .getReader();
  let text = '';
  return {
    async next(event) {
      for (;;) {
        const found = new RegExp(`event: ${event}\n(?:id: \\d+\n)?data: (.*)\n\n`).exec(text);
        if (found !== null) {
          text = text.slice(found.index + found[0].length);
          return JSON.parse(found[1] as string) as Record<string, unknown>;
        }
        const { value, done } = await reader.read();
        assert.ok(!done, `the stream ended without ${event}`);
        text += value;
      }
    },
    end: () => ended.abort(),
  };
}

test('whoever listens is told which cases and accounts changed, and nothing of what became of them', async () => {
  const listening = await listen('otto');
  await listening.next('opened');
  await world.find('camp', ['a', 'b'], { statistic: 7654.25 });
  const told = await listening.next('changed');
  assert.deepEqual(told.cases, ['case-1']);
  assert.deepEqual((told.accounts as string[]).toSorted(), ['a', 'b']);
  assert.equal(told.all, false);
  assert.ok(!JSON.stringify(told).includes('7654'));
  listening.end();
});

test('where very many changed it says so and names some', async () => {
  const listening = await listen('ada');
  await listening.next('opened');
  await world.find(
    'crowd',
    Array.from({ length: 900 }, (_, i) => `crowd-${i}`),
  );
  const told = await listening.next('changed');
  assert.equal((told.accounts as string[]).length, 200);
  assert.equal(told.all, true);
  listening.end();
});

test('whoever is removed hears no more', async () => {
  const { token } = await world.operators.add({ operator: 'eve', role: 'reviewer', by: 'admin' });
  const listening = await listen(token);
  await listening.next('opened');
  await world.operators.remove({ operator: 'eve', reason: 'Left the team last week.', by: 'admin' });
  await world.find('later', ['c']);
  await assert.rejects(listening.next('changed'));
});

test('nobody listens without a token, and no more than 64 do', async () => {
  assert.equal((await fetch(`${world.url}/v1/events`)).status, 401);
  const listening: Listening[] = [];
  for (let i = 0; i < 64; i++) listening.push(await listen('ada'));
  const refused = await world.call('ada', 'GET', '/v1/events');
  assert.equal(refused.status, 503);
  for (const each of listening) each.end();
});
