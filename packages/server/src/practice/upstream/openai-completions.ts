import type { Answer, Call, StreamEvent } from './answer.ts';
import { readFlag, readInteger, readObject, readStops, wrongField } from './fields.ts';
import type { JsonObject } from './json.ts';
import { logprobOf } from './logprobs.ts';
import { readModel } from './models.ts';
import { openaiErrorEvent, openaiUsage, streamsDone } from './openai-shared-fields.ts';
import { replyTo, type TextReply } from './reply.ts';
import { idFrom, seedOf, subSeed } from './seed.ts';
import { countTokens } from './tokens.ts';

const promptsMax = 128;
const finishReasons = { end: 'stop', length: 'length', 'stop-sequence': 'stop' } as const;

/** `POST /v1/completions`, the older text API; https://platform.openai.com/docs/api-reference/completions */
export function answerCompletion(call: Call): Answer {
  const { body, nowMs, models } = call;
  const model = readModel(body, models, 'talk');
  const prompts = readPrompts(body['prompt']);
  const replies = readReplies(call, model, prompts);
  const logprobs = readInteger(body, 'logprobs', 0, 5);
  const includeUsage = readFlag(readObject(body, 'stream_options'), 'include_usage');
  const head = {
    id: idFrom('cmpl-', seedOf('completion', model, prompts)),
    object: 'text_completion',
    created: Math.floor(nowMs / 1000),
    model,
    system_fingerprint: 'fp_practice',
  };
  const promptTokens = prompts.reduce((sum, prompt) => sum + countTokens(prompt), 0);
  const usage = openaiUsage(
    promptTokens,
    replies.map(({ reply }) => reply.tokenCount),
  );
  if (readFlag(body, 'stream')) {
    const events = streamCompletion(head, replies, logprobs, includeUsage ? usage : undefined);
    return { kind: 'stream', events, errorAfter: openaiErrorEvent };
  }
  const echo = readFlag(body, 'echo');
  const choices = replies.map((choice, index) => {
    const tokens = [...choice.reply.tokens];
    const text = (echo ? choice.prompt : '') + tokens.join('');
    const finish = finishReasons[choice.reply.finish];
    return { index, text, logprobs: tokenLogprobs(choice.seed, tokens, 0, logprobs), finish_reason: finish };
  });
  return { kind: 'json', status: 200, body: { ...head, choices, usage } };
}

interface Choice {
  readonly prompt: string;
  readonly seed: Buffer;
  readonly reply: TextReply;
}

/** `n` replies for each prompt, in order. */
function readReplies({ body, text }: Call, model: string, prompts: readonly string[]): readonly Choice[] {
  const choicesEach = readInteger(body, 'n', 1, 128) ?? 1;
  const tokensMax = readInteger(body, 'max_tokens', 1, 1_000_000) ?? 16;
  const stops = readStops(body, 'stop', 4);
  return prompts.flatMap((prompt, at) =>
    Array.from({ length: choicesEach }, (_, nth) => {
      const seed = seedOf('completion', model, prompt, body['seed'], at, nth);
      const ask = {
        model,
        seed,
        lastText: prompt,
        toolResult: undefined,
        tools: [],
        toolChoice: 'none',
      } as const;
      const reply = replyTo({ ...ask, tokensMax, stops, text });
      if (reply.kind === 'tool') throw new Error('a completion has no tools');
      return { prompt, seed: subSeed(seed, 'logprobs'), reply };
    }),
  );
}

function readPrompts(prompt: unknown): readonly string[] {
  if (typeof prompt === 'string') return [prompt];
  const list: readonly unknown[] = Array.isArray(prompt) ? prompt : [];
  if (list.length === 0 || list.length > promptsMax)
    throw wrongField('prompt', `a string or 1 to ${promptsMax} strings`);
  // Token numbers stand for the text they would be written as: the practice models have no vocabulary.
  if (list.every((token) => typeof token === 'number')) return [list.join(' ')];
  return list.map((one) =>
    typeof one === 'string' ? one : Array.isArray(one) ? one.join(' ') : wrongPrompt(),
  );
}

function wrongPrompt(): never {
  throw wrongField('prompt', 'strings or lists of token numbers');
}

function* streamCompletion(
  head: JsonObject,
  replies: readonly Choice[],
  logprobs: number | undefined,
  usage: JsonObject | undefined,
): Generator<StreamEvent> {
  const tail = usage === undefined ? {} : { usage: null };
  for (const [index, { reply, seed }] of replies.entries()) {
    let at = 0;
    for (const text of reply.tokens) {
      const choice = {
        index,
        text,
        logprobs: tokenLogprobs(seed, [text], at++, logprobs),
        finish_reason: null,
      };
      yield { data: { ...head, choices: [choice], ...tail }, token: true };
    }
    const last = { index, text: '', logprobs: null, finish_reason: finishReasons[reply.finish] };
    yield { data: { ...head, choices: [last], ...tail }, token: false };
  }
  if (usage !== undefined) yield { data: { ...head, choices: [], usage }, token: false };
  yield streamsDone;
}

function tokenLogprobs(
  seed: Buffer,
  tokens: readonly string[],
  from: number,
  top: number | undefined,
): JsonObject | null {
  if (top === undefined) return null;
  const all = tokens.map((token, at) => logprobOf(token, from + at, seed, top));
  let offset = 0;
  return {
    tokens,
    token_logprobs: all.map(({ logprob }) => logprob),
    top_logprobs: all.map((one) =>
      Object.fromEntries(one.top_logprobs.map(({ token, logprob }) => [token, logprob])),
    ),
    text_offset: tokens.map((token) => (offset += token.length) - token.length),
  };
}
