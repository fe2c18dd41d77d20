import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CHAT, completionOf, post, problem } from './ask.ts';
import { startTestGate, type TestGate } from './test-gate.ts';

const TEXT = 'some text of no great length';
const IDS = Array.from({ length: 500 }, (_, i) => i % 10);
const chat = { ...CHAT };
const completion = { model: 'practice-small', prompt: TEXT };
const response = { model: 'practice-small', input: TEXT };
const message = { ...CHAT, max_tokens: 7 };

describe('what is reserved before an exchange', () => {
  let t: TestGate;
  before(async () => {
    t = await startTestGate();
  });
  after(() => t.close());

  /** Tokens asked for beyond a quarter of the body's bytes. */
  const output = async (path: string, body: object): Promise<number> => {
    t.account({ slot: 1, limits: { tokensPerMinute: 0 } });
    const answer = await post(t, path, body);
    const { error } = await problem(answer);
    assert.equal(answer.status, 429, error.message);
    const asked = Number(/, (\d+) asked for/.exec(error.message)?.[1]);
    return asked - Math.ceil(JSON.stringify(body).length / 4);
  };

  const cases: [string, object, number][] = [
    ['/v1/chat/completions', chat, 1_024],
    ['/v1/chat/completions', { ...chat, max_tokens: 50 }, 50],
    ['/v1/chat/completions', { ...chat, max_tokens: 50, max_completion_tokens: 60 }, 60],
    ['/v1/chat/completions', { ...chat, n: 3 }, 3 * 1_024],
    ['/v1/chat/completions', { ...chat, n: 3, max_completion_tokens: 50 }, 150],
    ['/v1/completions', { ...completion, max_tokens: 5, n: 2, best_of: 4 }, 20],
    ['/v1/completions', { ...completion, prompt: Array.from({ length: 100 }, () => TEXT) }, 100 * 1_024],
    ['/v1/completions', { ...completion, prompt: [TEXT, TEXT], n: 3, max_tokens: 5 }, 30],
    ['/v1/responses', { ...response, max_output_tokens: 9 }, 9],
    ['/v1/messages', message, 7],
  ];
  for (const [path, body, expected] of cases) {
    it(`${path} ${JSON.stringify(body).slice(0, 150)}: ${expected} for the answer`, async () => {
      assert.equal(await output(path, body), expected);
    });
  }

  it('does not shrink by a limit that the endpoint does not know, or by 0, which some take for none', async () => {
    assert.equal(await output('/v1/chat/completions', { ...chat, max_output_tokens: 1 }), 1_024);
    assert.equal(
      await output('/v1/responses', { ...response, max_tokens: 1, max_completion_tokens: 1 }),
      1_024,
    );
    assert.equal(await output('/v1/messages', { ...CHAT, max_output_tokens: 1 }), 1_024);
    assert.equal(await output('/v1/responses', { ...response, max_output_tokens: 0 }), 1_024);
  });

  it('counts tokens that come as numbers, where the body has fewer bytes than four a token', async () => {
    const asked = async (path: string, body: object): Promise<number> =>
      (await output(path, body)) + Math.ceil(JSON.stringify(body).length / 4);
    assert.equal(await asked('/v1/embeddings', { model: 'practice-embed', input: IDS }), IDS.length);
    assert.equal(
      await asked('/v1/embeddings', { model: 'practice-embed', input: [IDS, IDS] }),
      2 * IDS.length,
    );
    assert.equal(
      await asked('/v1/completions', { ...completion, prompt: IDS, max_tokens: 3 }),
      IDS.length + 3,
    );
    assert.equal(
      await asked('/v1/completions', { ...completion, prompt: [IDS, IDS], max_tokens: 3 }),
      2 * IDS.length + 6,
    );
  });

  it('is enough that requests at once can not use more than the limit', async () => {
    const limit = 1_000;
    t.account({ slot: 2, limits: { tokensPerDay: limit } });
    const body = { ...completion, prompt: [TEXT, TEXT], n: 4, max_tokens: 40 };
    const answers = await Promise.all(Array.from({ length: 12 }, () => post(t, '/v1/completions', body)));
    const taken = answers.filter((answer) => answer.status === 200);
    assert.ok(taken.length > 0 && taken.length < answers.length);
    const ended = await Promise.all(taken.map((answer) => completionOf(t, answer)));
    const used = ended.reduce((sum, { usage }) => sum + usage.input_tokens + usage.output_tokens, 0);
    assert.ok(used <= limit, `${used} tokens were used`);
  });
});
