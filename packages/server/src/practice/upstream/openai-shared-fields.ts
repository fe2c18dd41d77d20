import type { StreamEvent } from './answer.ts';
import type { JsonObject } from './json.ts';

export const streamsDone: StreamEvent = { data: '[DONE]', token: false };

/** `usage` of chat completions and completions; counts by the rule in tokens.ts. */
export function openaiUsage(promptTokens: number, completionTokens: readonly number[]): JsonObject {
  const completion = completionTokens.reduce((sum, count) => sum + count, 0);
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completion,
    total_tokens: promptTokens + completion,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

/** How the chat and completions APIs say, inside a 200, that a stream broke. */
export function openaiErrorEvent(): StreamEvent {
  const message = 'Practice error in mid-stream, as x-practice-fault asked.';
  return { data: { error: { message, type: 'server_error', param: null, code: null } }, token: false };
}
