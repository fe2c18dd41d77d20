import type { Answer, Call } from './answer.ts';
import { readResponses, type ResponsesAsk } from './openai-responses-ask.ts';
import { responsesErrorEvent, streamResponse } from './openai-responses-stream.ts';
import type { JsonObject } from './json.ts';
import { logprobOf } from './logprobs.ts';
import { replyTo, type TextReply, type ToolReply } from './reply.ts';
import { idFrom, subSeed } from './seed.ts';

/** `POST /v1/responses`; https://platform.openai.com/docs/api-reference/responses. Nothing is stored. */
export function answerResponses(call: Call): Answer {
  const ask = readResponses(call);
  const reply = replyTo(ask);
  const draft = draftResponse(ask, call);
  if (ask.stream) {
    return { kind: 'stream', events: streamResponse(ask, reply, draft), errorAfter: responsesErrorEvent };
  }
  const item =
    reply.kind === 'tool' ? toolItem(ask, reply, 'completed') : messageItem(ask, reply, [...reply.tokens]);
  return { kind: 'json', status: 200, body: finishResponse(ask, reply, draft, item) };
}

/** The response as it is before there is any output. */
function draftResponse(ask: ResponsesAsk, { body, nowMs }: Call): JsonObject {
  return {
    id: idFrom('resp_', ask.seed),
    object: 'response',
    created_at: Math.floor(nowMs / 1000),
    status: 'in_progress',
    background: false,
    error: null,
    incomplete_details: null,
    instructions: body['instructions'] ?? null,
    max_output_tokens: ask.tokensMax ?? null,
    metadata: body['metadata'] ?? {},
    model: ask.model,
    output: [],
    parallel_tool_calls: body['parallel_tool_calls'] ?? true,
    previous_response_id: body['previous_response_id'] ?? null,
    reasoning: { effort: null, summary: null },
    service_tier: 'default',
    store: false,
    temperature: body['temperature'] ?? 1,
    text: body['text'] ?? { format: { type: 'text' } },
    tool_choice: body['tool_choice'] ?? 'auto',
    tools: body['tools'] ?? [],
    top_p: body['top_p'] ?? 1,
    truncation: 'disabled',
    usage: null,
  };
}

export function finishResponse(
  ask: ResponsesAsk,
  reply: TextReply | ToolReply,
  draft: JsonObject,
  item: JsonObject,
): JsonObject {
  const cut = reply.kind === 'text' && reply.finish === 'length';
  return {
    ...draft,
    status: cut ? 'incomplete' : 'completed',
    incomplete_details: cut ? { reason: 'max_output_tokens' } : null,
    completed_at: cut ? null : draft['created_at'],
    output: [item],
    usage: {
      input_tokens: ask.promptTokens,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: reply.tokenCount,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: ask.promptTokens + reply.tokenCount,
    },
  };
}

export function messageItem(ask: ResponsesAsk, reply: TextReply, tokens: readonly string[]): JsonObject {
  const status = reply.finish === 'length' ? 'incomplete' : 'completed';
  return { ...openMessage(ask), status, content: [textPart(tokens.join(''), tokenLogprobs(ask, tokens, 0))] };
}

export function openMessage(ask: ResponsesAsk): JsonObject {
  return {
    id: idFrom('msg_', ask.seed),
    type: 'message',
    status: 'in_progress',
    role: 'assistant',
    content: [],
  };
}

export function textPart(text: string, logprobs: readonly unknown[]): JsonObject {
  return { type: 'output_text', text, annotations: [], logprobs };
}

export function toolItem(
  ask: ResponsesAsk,
  reply: ToolReply,
  status: 'in_progress' | 'completed',
): JsonObject {
  return {
    id: idFrom('fc_', ask.seed),
    type: 'function_call',
    status,
    call_id: idFrom('call_', subSeed(ask.seed, 'call')),
    name: reply.name,
    arguments: status === 'completed' ? reply.argumentsText : '',
  };
}

/** Empty unless the body's `include` asked for them. */
export function tokenLogprobs(
  ask: ResponsesAsk,
  tokens: readonly string[],
  from: number,
): readonly unknown[] {
  if (!ask.logprobs) return [];
  return tokens.map((token, at) => logprobOf(token, from + at, ask.seed, ask.topLogprobs));
}
