import type { Answer, Call } from './answer.ts';
import { readMessages } from './anthropic-messages-ask.ts';
import { anthropicErrorEvent, streamMessage } from './anthropic-messages-stream.ts';
import { leadOf, openMessage, outputTokens, stopOf, toolBlock } from './anthropic-message.ts';
import { replyTo } from './reply.ts';

/** `POST /v1/messages`; https://docs.anthropic.com/en/api/messages */
export function answerMessages(call: Call): Answer {
  const ask = readMessages(call, 'answer');
  const reply = replyTo(ask);
  if (ask.stream) {
    return { kind: 'stream', events: streamMessage(ask, reply), errorAfter: anthropicErrorEvent };
  }
  const content =
    reply.kind === 'text'
      ? [{ type: 'text', text: [...reply.tokens].join(''), citations: null }]
      : [
          ...leadOf(ask).map((text) => ({ type: 'text', text, citations: null })),
          toolBlock(ask, reply, reply.input),
        ];
  return {
    kind: 'json',
    status: 200,
    body: { ...openMessage(ask, outputTokens(ask, reply)), ...stopOf(reply), content },
  };
}

/** `POST /v1/messages/count_tokens`; https://docs.anthropic.com/en/api/messages-count-tokens */
export function countMessageTokens(call: Call): Answer {
  const ask = readMessages(call, 'count');
  return { kind: 'json', status: 200, body: { input_tokens: ask.promptTokens } };
}
