import type { Answer, Call, StreamEvent } from './answer.ts';
import { type ChatAsk, readChat } from './openai-chat-ask.ts';
import type { JsonObject } from './json.ts';
import { logprobOf } from './logprobs.ts';
import { openaiErrorEvent, openaiUsage, streamsDone } from './openai-shared-fields.ts';
import { replyTo, type TextReply, type ToolReply } from './reply.ts';
import { idFrom, subSeed } from './seed.ts';
import { splitTokens } from './tokens.ts';

type Reply = TextReply | ToolReply;

const finishReasons = { end: 'stop', length: 'length', 'stop-sequence': 'stop' } as const;

/** `POST /v1/chat/completions`; https://platform.openai.com/docs/api-reference/chat */
export function answerChat(call: Call): Answer {
  const ask = readChat(call);
  const replies = Array.from({ length: ask.choices }, (_, index) => {
    return replyTo(index === 0 ? ask : { ...ask, seed: subSeed(ask.seed, index) });
  });
  const usage = openaiUsage(
    ask.promptTokens,
    replies.map((reply) => reply.tokenCount),
  );
  const head = {
    id: idFrom('chatcmpl-', ask.seed),
    created: Math.floor(call.nowMs / 1000),
    model: ask.model,
    service_tier: 'default',
    system_fingerprint: 'fp_practice',
  };
  if (ask.stream) {
    return { kind: 'stream', events: streamChat(ask, head, replies, usage), errorAfter: openaiErrorEvent };
  }
  const choices = replies.map((reply, index) => wholeChoice(ask, reply, index));
  return { kind: 'json', status: 200, body: { ...head, object: 'chat.completion', choices, usage } };
}

function wholeChoice(ask: ChatAsk, reply: Reply, index: number): JsonObject {
  const message: JsonObject = { role: 'assistant', content: null, refusal: null, annotations: [] };
  if (reply.kind === 'tool') {
    const call = { name: reply.name, arguments: reply.argumentsText };
    message['tool_calls'] = [{ id: idFrom('call_', ask.seed), type: 'function', function: call }];
    return { index, message, logprobs: null, finish_reason: 'tool_calls' };
  }
  const tokens = [...reply.tokens];
  message['content'] = tokens.join('');
  const content = ask.logprobs
    ? tokens.map((token, at) => logprobOf(token, at, ask.seed, ask.topLogprobs))
    : null;
  const logprobs = content === null ? null : { content, refusal: null };
  return { index, message, logprobs, finish_reason: finishReasons[reply.finish] };
}

function* streamChat(
  ask: ChatAsk,
  head: JsonObject,
  replies: readonly Reply[],
  usage: JsonObject,
): Generator<StreamEvent> {
  const shared: JsonObject = { ...head, object: 'chat.completion.chunk' };
  const tail = ask.includeUsage ? { usage: null } : {};
  const pieces = replies.map((reply, index) => choicePieces(ask, reply, index));
  for (const { choice, token } of takingTurns(pieces)) {
    yield { data: { ...shared, choices: [choice], ...tail }, token };
  }
  if (ask.includeUsage) yield { data: { ...shared, choices: [], usage }, token: false };
  yield streamsDone;
}

/** With n > 1 the choices' chunks come interleaved, as in the real API. */
function* takingTurns(all: readonly Iterator<Piece>[]): Generator<Piece> {
  const open = new Set(all);
  while (open.size > 0) {
    for (const pieces of open) {
      const turn = pieces.next();
      if (turn.done === true) open.delete(pieces);
      else yield turn.value;
    }
  }
}

interface Piece {
  readonly choice: JsonObject;
  readonly token: boolean;
}

function* choicePieces(ask: ChatAsk, reply: Reply, index: number): Generator<Piece> {
  const piece = (
    delta: JsonObject,
    token: boolean,
    logprobs: unknown = null,
    finish: string | null = null,
  ) => ({
    choice: { index, delta, logprobs, finish_reason: finish },
    token,
  });
  if (reply.kind === 'tool') {
    const opened = { name: reply.name, arguments: '' };
    const call = { index: 0, id: idFrom('call_', ask.seed), type: 'function', function: opened };
    yield piece({ role: 'assistant', content: null, tool_calls: [call] }, false);
    for (const part of splitTokens(reply.argumentsText)) {
      yield piece({ tool_calls: [{ index: 0, function: { arguments: part } }] }, true);
    }
    yield piece({}, false, null, 'tool_calls');
    return;
  }
  yield piece({ role: 'assistant', content: '', refusal: null }, false);
  let at = 0;
  for (const content of reply.tokens) {
    const logprob = ask.logprobs ? logprobOf(content, at++, ask.seed, ask.topLogprobs) : undefined;
    yield piece({ content }, true, logprob === undefined ? null : { content: [logprob], refusal: null });
  }
  yield piece({}, false, null, finishReasons[reply.finish]);
}
