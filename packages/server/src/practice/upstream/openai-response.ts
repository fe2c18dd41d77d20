import type { JsonObject } from './json.ts';
import { logprobOf } from './logprobs.ts';
import type { ResponsesAsk } from './openai-responses-ask.ts';
import type { TextReply, ToolReply } from './reply.ts';
import { idFrom, subSeed } from './seed.ts';

/** `draft` with its one output item, its final status and its usage. */
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
