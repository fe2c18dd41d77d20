import type { StreamEvent } from './answer.ts';
import { leadOf, openMessage, outputTokens, stopOf, toolBlock } from './anthropic-message.ts';
import type { MessagesAsk } from './anthropic-messages-ask.ts';
import type { JsonObject } from './json.ts';
import type { TextReply, ToolReply } from './reply.ts';
import { splitTokens } from './tokens.ts';

function event(type: string, fields: JsonObject = {}): StreamEvent {
  return { event: type, data: { type, ...fields }, token: type === 'content_block_delta' };
}

/** The events of https://docs.anthropic.com/en/api/messages-streaming. */
export function* streamMessage(ask: MessagesAsk, reply: TextReply | ToolReply): Generator<StreamEvent> {
  yield event('message_start', { message: openMessage(ask, 1) });
  if (reply.kind === 'text') {
    yield* textBlock(0, reply.tokens);
  } else {
    const lead = leadOf(ask);
    for (const [index, text] of lead.entries()) yield* textBlock(index, splitTokens(text));
    yield* toolBlockEvents(lead.length, ask, reply);
  }
  const usage = {
    input_tokens: ask.promptTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens: outputTokens(ask, reply),
    output_tokens_details: null,
    server_tool_use: null,
  };
  yield event('message_delta', { delta: { container: null, stop_details: null, ...stopOf(reply) }, usage });
  yield event('message_stop');
}

function* textBlock(index: number, tokens: Iterable<string>): Generator<StreamEvent> {
  yield event('content_block_start', { index, content_block: { type: 'text', text: '', citations: null } });
  if (index === 0) yield event('ping');
  for (const text of tokens)
    yield event('content_block_delta', { index, delta: { type: 'text_delta', text } });
  yield event('content_block_stop', { index });
}

function* toolBlockEvents(index: number, ask: MessagesAsk, reply: ToolReply): Generator<StreamEvent> {
  yield event('content_block_start', { index, content_block: toolBlock(ask, reply, {}) });
  if (index === 0) yield event('ping');
  for (const part of ['', ...splitTokens(reply.argumentsText)]) {
    yield event('content_block_delta', { index, delta: { type: 'input_json_delta', partial_json: part } });
  }
  yield event('content_block_stop', { index });
}

/** How the Messages API says, inside a 200, that a stream broke. */
export function anthropicErrorEvent(): StreamEvent {
  const message = 'Practice error in mid-stream, as x-practice-fault asked.';
  return event('error', { error: { type: 'overloaded_error', message } });
}
