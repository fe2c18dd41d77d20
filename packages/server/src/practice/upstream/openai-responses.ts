import type { Answer, Call } from './answer.ts';
import { readResponses, type ResponsesAsk } from './openai-responses-ask.ts';
import { responsesErrorEvent, streamResponse } from './openai-responses-stream.ts';
import type { JsonObject } from './json.ts';
import { finishResponse, messageItem, toolItem } from './openai-response.ts';
import { replyTo } from './reply.ts';
import { idFrom } from './seed.ts';

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
