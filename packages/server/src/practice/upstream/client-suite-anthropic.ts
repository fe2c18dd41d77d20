import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { abortPhases, checkAbort } from './client-suite-aborts.ts';
import type { Target } from './client-suite.ts';

const messages = [{ role: 'user' as const, content: 'What does a witness do?' }];
const asked = { model: 'practice-large', max_tokens: 1_000, messages };
const tools = [
  {
    name: 'search',
    input_schema: {
      type: 'object' as const,
      properties: { query: { type: 'string' }, deep: { type: 'boolean' } },
    },
  },
];

function anthropicClient(target: Target): Anthropic {
  return new Anthropic({ apiKey: target().apiKey, baseURL: target().anthropicBaseUrl, maxRetries: 0 });
}

export function anthropicChecks(target: Target): void {
  describe('anthropic: messages', () => wholeChecks(target));
  describe('anthropic: message streams', () => streamChecks(target));
  describe('anthropic: tools', () => toolChecks(target));
  describe('anthropic: models and errors', () => otherChecks(target));
  describe('anthropic: abort', () => abortChecks(target));
}

function wholeChecks(target: Target): void {
  it('answers, with usage that count_tokens foretells', async () => {
    const client = anthropicClient(target);
    const message = await client.messages.create(asked);
    assert.ok(message.content[0]?.type === 'text');
    assert.match(message.content[0].text, /practice answer from practice-large/);
    assert.equal(message.stop_reason, 'end_turn');
    assert.ok(message.usage.output_tokens > 10);
    const count = await client.messages.countTokens({ model: asked.model, messages });
    assert.equal(count.input_tokens, message.usage.input_tokens);
  });
  it('stops at max_tokens and at a stop sequence', async () => {
    const client = anthropicClient(target);
    const cut = await client.messages.create({ ...asked, max_tokens: 7 });
    assert.equal(cut.stop_reason, 'max_tokens');
    assert.equal(cut.usage.output_tokens, 7);
    const stopped = await client.messages.create({
      ...asked,
      stop_sequences: ['nowhere at all', 'model was'],
    });
    assert.equal(stopped.stop_reason, 'stop_sequence');
    assert.equal(stopped.stop_sequence, 'model was');
  });
}

function streamChecks(target: Target): void {
  it('streams what it would have answered whole', async () => {
    const client = anthropicClient(target);
    const whole = await client.messages.create(asked);
    const streamed = await client.messages.stream(asked).finalMessage();
    assert.deepEqual(streamed.content, whole.content);
    assert.deepEqual(streamed.usage, whole.usage);
    assert.equal(streamed.stop_reason, 'end_turn');
  });
  it('sends its events in order', async () => {
    const types: string[] = [];
    for await (const event of await anthropicClient(target).messages.create({ ...asked, stream: true })) {
      if (event.type !== types.at(-1)) types.push(event.type);
    }
    assert.deepEqual(types, [
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
  });
  it('reports an error inside a stream', async () => {
    const headers = { 'x-practice-fault': 'error-mid-stream' };
    const stream = await anthropicClient(target).messages.create({ ...asked, stream: true }, { headers });
    await assert.rejects(async () => {
      for await (const event of stream) assert.ok(event.type);
    }, /overloaded_error/);
  });
}

function toolChecks(target: Target): void {
  const request = { ...asked, tools, messages: [{ role: 'user' as const, content: 'Please use the tool.' }] };
  it('calls a tool and answers its result', async () => {
    const client = anthropicClient(target);
    const message = await client.messages.create(request);
    assert.equal(message.stop_reason, 'tool_use');
    const call = message.content.at(-1);
    assert.ok(message.content[0]?.type === 'text' && call?.type === 'tool_use');
    assert.equal(typeof (call.input as { deep: unknown }).deep, 'boolean');
    const result = { type: 'tool_result' as const, tool_use_id: call.id, content: 'found it' };
    const next = await client.messages.create({
      ...request,
      messages: [
        ...request.messages,
        { role: 'assistant', content: message.content },
        { role: 'user', content: [result] },
      ],
    });
    assert.ok(next.content[0]?.type === 'text');
    assert.match(next.content[0].text, /The tool gave 8 characters back/);
  });
  it('streams the same call, and makes a forced one without words', async () => {
    const client = anthropicClient(target);
    const whole = await client.messages.create(request);
    const streamed = await client.messages.stream(request).finalMessage();
    assert.deepEqual(streamed.content.at(-1), whole.content.at(-1));
    assert.deepEqual(streamed.usage, whole.usage);
    const forced = await client.messages.create({
      ...asked,
      tools,
      tool_choice: { type: 'tool', name: 'search' },
    });
    assert.deepEqual(
      forced.content.map(({ type }) => type),
      ['tool_use'],
    );
  });
}

function otherChecks(target: Target): void {
  it('lists models and shows one', async () => {
    const client = anthropicClient(target);
    const listed = [];
    for await (const one of client.models.list()) listed.push(one.id);
    assert.ok(listed.includes(asked.model));
    assert.equal((await client.models.retrieve(asked.model)).type, 'model');
  });
  it('says 404 for an unknown model, in its own shape', async () => {
    const call = anthropicClient(target).messages.create({ ...asked, model: 'no-such-model' });
    await assert.rejects(call, (error: unknown) => {
      assert.ok(error instanceof Anthropic.NotFoundError);
      assert.equal(error.type, 'not_found_error');
      return true;
    });
  });
  it('passes an overload on', async () => {
    const headers = { 'x-practice-fault': 'status=529' };
    const call = anthropicClient(target).messages.create(asked, { headers });
    await assert.rejects(
      call,
      (error: unknown) => error instanceof Anthropic.APIError && error.status === 529,
    );
  });
}

function abortChecks(target: Target): void {
  for (const { phase, fault } of abortPhases) {
    it(`lets the caller leave ${phase}`, async () => {
      const headers = { 'x-practice-fault': fault };
      await checkAbort(target(), phase, async (signal) => {
        const { messages: api } = anthropicClient(target);
        const stream = await api.create({ ...asked, stream: true }, { signal, headers });
        for await (const event of stream) assert.ok(event.type);
      });
    });
  }
}
