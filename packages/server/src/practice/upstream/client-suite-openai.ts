import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import OpenAI from 'openai';
import { abortPhases, checkAbort } from './client-suite-aborts.ts';
import type { Target } from './client-suite.ts';

const model = 'practice-small';
const messages = [{ role: 'user' as const, content: 'What does a gate do?' }];
const tools = [
  {
    type: 'function' as const,
    function: {
      name: 'weather',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  },
];

export function openaiClient(target: Target, maxRetries = 0): OpenAI {
  return new OpenAI({ apiKey: target().apiKey, baseURL: target().openaiBaseUrl, maxRetries });
}

export function openaiChecks(target: Target): void {
  describe('openai: chat completions', () => chatChecks(target));
  describe('openai: chat streams', () => chatStreamChecks(target));
  describe('openai: tools', () => toolChecks(target));
  describe('openai: other endpoints', () => otherChecks(target));
  describe('openai: errors', () => errorChecks(target));
  describe('openai: abort', () => abortChecks(target));
}

function chatChecks(target: Target): void {
  it('answers, with usage', async () => {
    const answer = await openaiClient(target).chat.completions.create({ model, messages });
    assert.match(answer.choices[0]?.message.content ?? '', /practice answer from practice-small/);
    assert.equal(answer.choices[0]?.finish_reason, 'stop');
    const { usage } = answer;
    assert.ok(usage && usage.prompt_tokens > 0 && usage.completion_tokens > 10);
    assert.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
  });
  it('answers the same request with the same text', async () => {
    const client = openaiClient(target);
    const [one, two] = await Promise.all(
      [1, 2].map(() => client.chat.completions.create({ model, messages })),
    );
    assert.equal(one?.choices[0]?.message.content, two?.choices[0]?.message.content);
  });
  it('gives n different choices with log probabilities', async () => {
    const answer = await openaiClient(target).chat.completions.create({
      model,
      messages,
      n: 3,
      logprobs: true,
      top_logprobs: 2,
    });
    assert.deepEqual(
      answer.choices.map(({ index }) => index),
      [0, 1, 2],
    );
    assert.equal(new Set(answer.choices.map(({ message }) => message.content)).size, 3);
    const logprobs = answer.choices[0]?.logprobs?.content ?? [];
    assert.equal(logprobs.map(({ token }) => token).join(''), answer.choices[0]?.message.content);
    assert.equal(logprobs[0]?.top_logprobs.length, 2);
  });
  it('stops at max_completion_tokens and at a stop sequence', async () => {
    const client = openaiClient(target);
    const cut = await client.chat.completions.create({ model, messages, max_completion_tokens: 5 });
    assert.equal(cut.choices[0]?.finish_reason, 'length');
    assert.equal(cut.usage?.completion_tokens, 5);
    const stopped = await client.chat.completions.create({ model, messages, stop: ['no model'] });
    assert.equal(stopped.choices[0]?.finish_reason, 'stop');
    assert.equal(stopped.choices[0]?.message.content?.includes('no model'), false);
  });
  it('fits structured output to its schema', async () => {
    const schema = {
      type: 'object',
      properties: { grade: { enum: ['a', 'b'] }, points: { type: 'integer' } },
    };
    const answer = await openaiClient(target).chat.completions.create({
      model,
      messages,
      response_format: { type: 'json_schema', json_schema: { name: 'report', schema } },
    });
    const parsed = JSON.parse(answer.choices[0]?.message.content ?? '') as { grade: string; points: number };
    assert.ok(['a', 'b'].includes(parsed.grade) && Number.isInteger(parsed.points));
  });
}

function chatStreamChecks(target: Target): void {
  it('streams what it would have answered whole', async () => {
    const client = openaiClient(target);
    const whole = await client.chat.completions.create({ model, messages });
    const stream = await client.chat.completions.create({ model, messages, stream: true });
    let text = '';
    const finishes: (string | null)[] = [];
    for await (const chunk of stream) {
      assert.equal(chunk.usage ?? null, null);
      text += chunk.choices[0]?.delta.content ?? '';
      finishes.push(chunk.choices[0]?.finish_reason ?? null);
    }
    assert.equal(text, whole.choices[0]?.message.content);
    assert.equal(finishes.at(-1), 'stop');
  });
  it('ends with a usage chunk when asked', async () => {
    const client = openaiClient(target);
    const asked = { model, messages, n: 2, stream_options: { include_usage: true } };
    const chunks = [];
    for await (const chunk of await client.chat.completions.create({ ...asked, stream: true }))
      chunks.push(chunk);
    const last = chunks.at(-1);
    assert.deepEqual(last?.choices, []);
    const whole = await client.chat.completions.create({ model, messages, n: 2 });
    assert.deepEqual(last?.usage, whole.usage);
  });
  it('is put together by the client’s own stream runner', async () => {
    const runner = openaiClient(target).chat.completions.stream({ model, messages });
    const final = await runner.finalChatCompletion();
    assert.match(final.choices[0]?.message.content ?? '', /practice answer/);
  });
}

function toolChecks(target: Target): void {
  const asked = { model, tools, messages: [{ role: 'user' as const, content: 'Please use the tool.' }] };
  it('calls a tool and answers its result', async () => {
    const client = openaiClient(target);
    const answer = await client.chat.completions.create(asked);
    const message = answer.choices[0]?.message;
    const call = message?.tool_calls?.[0];
    assert.ok(message && call?.type === 'function');
    assert.equal(answer.choices[0]?.finish_reason, 'tool_calls');
    assert.equal(typeof (JSON.parse(call.function.arguments) as { city: unknown }).city, 'string');
    const result = { role: 'tool' as const, tool_call_id: call.id, content: 'sunny' };
    const next = await client.chat.completions.create({
      ...asked,
      messages: [...asked.messages, message, result],
    });
    assert.match(next.choices[0]?.message.content ?? '', /The tool gave 5 characters back/);
  });
  it('streams the same call, and makes a forced one', async () => {
    const client = openaiClient(target);
    const whole = await client.chat.completions.create(asked);
    const streamed = await client.chat.completions.stream(asked).finalChatCompletion();
    const [one, two] = [whole, streamed].map((answer) => answer.choices[0]?.message.tool_calls?.[0]);
    assert.ok(one?.type === 'function' && two?.type === 'function');
    assert.equal(two.function.arguments, one.function.arguments);
    const forced = { type: 'function' as const, function: { name: 'weather' } };
    const answer = await client.chat.completions.create({ model, messages, tools, tool_choice: forced });
    assert.equal(answer.choices[0]?.finish_reason, 'tool_calls');
  });
}

function otherChecks(target: Target): void {
  it('embeds, single precision, similar texts near one another', async () => {
    const input = ['the gate keeps the river', 'the gate keeps a river', 'quarterly budget figures'];
    const { data, usage } = await openaiClient(target).embeddings.create({ model: 'practice-embed', input });
    const [one, two, three] = data.map(({ embedding }) => embedding);
    assert.ok(one && two && three && usage.total_tokens > 0);
    assert.equal(one.length, 1536);
    const near = (left: number[], right: number[]) =>
      left.reduce((sum, x, at) => sum + x * (right[at] ?? 0), 0);
    assert.ok(Math.abs(near(one, one) - 1) < 1e-5);
    assert.ok(near(one, two) > near(one, three) + 0.2);
    const floats = { model: 'practice-embed', input: input[0] ?? '', encoding_format: 'float' as const };
    const plain = await openaiClient(target).embeddings.create(floats);
    assert.deepEqual(plain.data[0]?.embedding, one);
  });
  it('completes text, whole and streamed', async () => {
    const client = openaiClient(target);
    const asked = { model, prompt: ['one', 'two'], max_tokens: 12, logprobs: 1 };
    const whole = await client.completions.create(asked);
    assert.deepEqual(
      whole.choices.map(({ finish_reason }) => finish_reason),
      ['length', 'length'],
    );
    assert.equal(whole.usage?.completion_tokens, 24);
    const texts = ['', ''];
    for await (const chunk of await client.completions.create({ ...asked, stream: true })) {
      for (const choice of chunk.choices) texts[choice.index] += choice.text;
    }
    assert.deepEqual(
      texts,
      whole.choices.map(({ text }) => text),
    );
  });
  it('lists models and shows one', async () => {
    const client = openaiClient(target);
    const listed = [];
    for await (const one of client.models.list()) listed.push(one.id);
    assert.ok(listed.includes(model));
    assert.equal((await client.models.retrieve(model)).id, model);
  });
}

function errorChecks(target: Target): void {
  it('says 404 for an unknown model', async () => {
    const call = openaiClient(target).chat.completions.create({ model: 'no-such-model', messages });
    await assert.rejects(call, OpenAI.NotFoundError);
  });
  it('passes a rate limit on', async () => {
    const headers = { 'x-practice-fault': 'status=429,retry-after=7' };
    const call = openaiClient(target).chat.completions.create({ model, messages }, { headers });
    await assert.rejects(call, (error: unknown) => {
      assert.ok(error instanceof OpenAI.RateLimitError);
      assert.equal(error.headers.get('retry-after'), '7');
      return true;
    });
  });
  it('reports an error inside a stream', async () => {
    const headers = { 'x-practice-fault': 'error-mid-stream=4' };
    const stream = await openaiClient(target).chat.completions.create(
      { model, messages, stream: true },
      { headers },
    );
    let text = '';
    await assert.rejects(async () => {
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    }, OpenAI.APIError);
    assert.equal(text, 'This is a practi');
  });
}

function abortChecks(target: Target): void {
  for (const { phase, fault } of abortPhases) {
    it(`lets the caller leave ${phase}`, async () => {
      const headers = { 'x-practice-fault': fault };
      await checkAbort(target(), phase, async (signal) => {
        const { completions } = openaiClient(target).chat;
        const stream = await completions.create({ model, messages, stream: true }, { signal, headers });
        for await (const chunk of stream) assert.ok(chunk.id);
      });
      const next = await openaiClient(target).chat.completions.create({ model, messages });
      assert.ok(next.choices[0]?.message.content);
    });
  }
}
