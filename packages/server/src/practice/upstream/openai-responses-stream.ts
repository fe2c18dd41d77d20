import type { StreamEvent } from './answer.ts';
import type { JsonObject } from './json.ts';
import {
  finishResponse,
  messageItem,
  openMessage,
  textPart,
  tokenLogprobs,
  toolItem,
} from './openai-response.ts';
import type { ResponsesAsk } from './openai-responses-ask.ts';
import type { TextReply, ToolReply } from './reply.ts';
import { splitTokens } from './tokens.ts';

type Step = readonly [type: string, fields: JsonObject];

/** The events of https://platform.openai.com/docs/api-reference/responses-streaming, numbered from 0. No `[DONE]`. */
export function* streamResponse(
  ask: ResponsesAsk,
  reply: TextReply | ToolReply,
  draft: JsonObject,
): Generator<StreamEvent> {
  let sequence = 0;
  const numbered = ([type, fields]: Step): StreamEvent => ({
    event: type,
    data: { type, sequence_number: sequence++, ...fields },
    token: type.endsWith('.delta'),
  });
  yield numbered(['response.created', { response: draft }]);
  yield numbered(['response.in_progress', { response: draft }]);
  const steps = reply.kind === 'tool' ? toolSteps(ask, reply) : messageSteps(ask, reply);
  let item: JsonObject = {};
  for (const step of steps) {
    yield numbered(step);
    if (step[0] === 'response.output_item.done') item = step[1]['item'] as JsonObject;
  }
  const response = finishResponse(ask, reply, draft, item);
  yield numbered([`response.${String(response['status'])}`, { response }]);
}

function* messageSteps(ask: ResponsesAsk, reply: TextReply): Generator<Step> {
  const item = openMessage(ask);
  const place = { item_id: item['id'], output_index: 0, content_index: 0 };
  yield ['response.output_item.added', { output_index: 0, item }];
  yield ['response.content_part.added', { ...place, part: textPart('', []) }];
  const tokens: string[] = [];
  for (const delta of reply.tokens) {
    const logprobs = tokenLogprobs(ask, [delta], tokens.length);
    tokens.push(delta);
    yield ['response.output_text.delta', { ...place, delta, logprobs }];
  }
  const text = tokens.join('');
  const logprobs = tokenLogprobs(ask, tokens, 0);
  yield ['response.output_text.done', { ...place, text, logprobs }];
  yield ['response.content_part.done', { ...place, part: textPart(text, logprobs) }];
  yield ['response.output_item.done', { output_index: 0, item: messageItem(ask, reply, tokens) }];
}

function* toolSteps(ask: ResponsesAsk, reply: ToolReply): Generator<Step> {
  const item = toolItem(ask, reply, 'in_progress');
  const place = { item_id: item['id'], output_index: 0 };
  yield ['response.output_item.added', { output_index: 0, item }];
  for (const delta of splitTokens(reply.argumentsText)) {
    yield ['response.function_call_arguments.delta', { ...place, delta }];
  }
  yield [
    'response.function_call_arguments.done',
    { ...place, name: reply.name, arguments: reply.argumentsText },
  ];
  yield ['response.output_item.done', { output_index: 0, item: toolItem(ask, reply, 'completed') }];
}

/** How the Responses API says, inside a 200, that a stream broke. */
export function responsesErrorEvent(sent: number): StreamEvent {
  const message = 'Practice error in mid-stream, as x-practice-fault asked.';
  const data = { type: 'error', code: 'server_error', message, param: null, sequence_number: sent };
  return { event: 'error', data, token: false };
}
