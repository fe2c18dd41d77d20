import type { MessagesAsk } from './anthropic-messages-ask.ts';
import type { JsonObject } from './json.ts';
import type { TextReply, ToolReply } from './reply.ts';
import { idFrom } from './seed.ts';
import { countTokens } from './tokens.ts';

type Reply = TextReply | ToolReply;

/** The message as `message_start` has it: no content yet. */
export function openMessage(ask: MessagesAsk, outputTokensSoFar: number): JsonObject {
  return {
    id: idFrom('msg_', ask.seed),
    type: 'message',
    role: 'assistant',
    model: ask.model,
    content: [],
    container: null,
    diagnostics: null,
    stop_details: null,
    stop_reason: null,
    stop_sequence: null,
    usage: {
      cache_creation: null,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      inference_geo: null,
      input_tokens: ask.promptTokens,
      output_tokens: outputTokensSoFar,
      output_tokens_details: null,
      server_tool_use: null,
      service_tier: 'standard',
      speed: null,
    },
  };
}

export function stopOf(reply: Reply): { stop_reason: string; stop_sequence: string | null } {
  if (reply.kind === 'tool') return { stop_reason: 'tool_use', stop_sequence: null };
  const reasons = { end: 'end_turn', length: 'max_tokens', 'stop-sequence': 'stop_sequence' } as const;
  return { stop_reason: reasons[reply.finish], stop_sequence: reply.stopSequence };
}

export function toolBlock(ask: MessagesAsk, reply: ToolReply, input: unknown): JsonObject {
  const caller = { type: 'direct' };
  return { type: 'tool_use', id: idFrom('toolu_', ask.seed), name: reply.name, input, caller };
}

/** What is said before a tool call the model chose to make; nothing where the call was forced. */
export function leadOf(ask: MessagesAsk): readonly string[] {
  return ask.toolChoice === 'auto' ? [`This practice answer from ${ask.model} uses a tool.`] : [];
}

export function outputTokens(ask: MessagesAsk, reply: Reply): number {
  if (reply.kind === 'text') return reply.tokenCount;
  return leadOf(ask).reduce((sum, text) => sum + countTokens(text), reply.tokenCount);
}
