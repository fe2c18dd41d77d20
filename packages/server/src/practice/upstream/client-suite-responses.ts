import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import OpenAI from 'openai';
import { abortPhases, checkAbort } from './client-suite-aborts.ts';
import { openaiClient } from './client-suite-openai.ts';
import type { Target } from './client-suite.ts';

const model = 'practice-large';
const input = 'What does a ledger do?';
const tools = [
  {
    type: 'function' as const,
    name: 'lookup',
    strict: false,
    parameters: { type: 'object', properties: { page: { type: 'integer' } } },
  },
];

export function openaiResponsesChecks(target: Target): void {
  describe('openai: responses', () => wholeChecks(target));
  describe('openai: response streams', () => streamChecks(target));
  describe('openai: responses abort', () => abortChecks(target));
}

function wholeChecks(target: Target): void {
  it('answers, with usage', async () => {
    const response = await openaiClient(target).responses.create({ model, input, instructions: 'Be short.' });
    assert.match(response.output_text, /practice answer from practice-large/);
    assert.equal(response.status, 'completed');
    const { usage } = response;
    assert.ok(usage && usage.total_tokens === usage.input_tokens + usage.output_tokens);
  });
  it('says what cut it short', async () => {
    const response = await openaiClient(target).responses.create({ model, input, max_output_tokens: 6 });
    assert.equal(response.status, 'incomplete');
    assert.equal(response.incomplete_details?.reason, 'max_output_tokens');
    assert.equal(response.usage?.output_tokens, 6);
  });
  it('calls a tool and answers its result', async () => {
    const client = openaiClient(target);
    const asked = { role: 'user' as const, content: 'Please use the tool.' };
    const response = await client.responses.create({ model, input: [asked], tools });
    const call = response.output[0];
    assert.ok(call?.type === 'function_call');
    assert.ok(Number.isInteger((JSON.parse(call.arguments) as { page: number }).page));
    const output = { type: 'function_call_output' as const, call_id: call.call_id, output: 'page text' };
    const next = await client.responses.create({ model, input: [asked, call, output], tools });
    assert.match(next.output_text, /The tool gave 9 characters back/);
  });
}

function streamChecks(target: Target): void {
  it('streams numbered events in order, the same text as whole', async () => {
    const client = openaiClient(target);
    const whole = await client.responses.create({ model, input });
    const events = [];
    for await (const event of await client.responses.create({ model, input, stream: true }))
      events.push(event);
    assert.deepEqual(
      events.map((event) => event.sequence_number),
      events.map((_, at) => at),
    );
    const types = events.map(({ type }) => type).filter((type, at, all) => type !== all[at - 1]);
    assert.deepEqual(types, [
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    const deltas = events.map((event) => (event.type === 'response.output_text.delta' ? event.delta : ''));
    assert.equal(deltas.join(''), whole.output_text);
    const last = events.at(-1);
    assert.ok(last?.type === 'response.completed');
    assert.deepEqual(last.response.usage, whole.usage);
  });
  it('streams a tool call that the client’s own runner puts together', async () => {
    const runner = openaiClient(target).responses.stream({ model, input, tools, tool_choice: 'required' });
    const [call] = (await runner.finalResponse()).output;
    assert.ok(call?.type === 'function_call' && call.name === 'lookup');
    assert.ok(Number.isInteger((JSON.parse(call.arguments) as { page: number }).page));
  });
  it('reports an error inside a stream', async () => {
    const headers = { 'x-practice-fault': 'error-mid-stream' };
    const stream = await openaiClient(target).responses.create({ model, input, stream: true }, { headers });
    await assert.rejects(async () => {
      for await (const event of stream) assert.ok(event.type);
    }, OpenAI.APIError);
  });
}

function abortChecks(target: Target): void {
  for (const { phase, fault } of abortPhases) {
    it(`lets the caller leave ${phase}`, async () => {
      const headers = { 'x-practice-fault': fault };
      await checkAbort(target(), phase, async (signal) => {
        const { responses } = openaiClient(target);
        const stream = await responses.create({ model, input, stream: true }, { signal, headers });
        for await (const event of stream) assert.ok(event.type);
      });
    });
  }
}
