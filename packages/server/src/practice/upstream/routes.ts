import type { IncomingHttpHeaders } from 'node:http';
import type { Answer, Call } from './answer.ts';
import { answerMessages, countMessageTokens } from './anthropic-messages.ts';
import { answerEmbeddings } from './embeddings.ts';
import { listModels, showModel } from './models.ts';
import { answerChat } from './openai-chat.ts';
import { answerCompletion } from './openai-completions.ts';
import { answerResponses } from './openai-responses.ts';
import { type ApiShape, PracticeRefusal } from './refusal.ts';

const generating = new Map<string, (call: Call) => Answer>([
  ['/v1/chat/completions', answerChat],
  ['/v1/responses', answerResponses],
  ['/v1/completions', answerCompletion],
  ['/v1/embeddings', answerEmbeddings],
  ['/v1/messages', answerMessages],
  ['/v1/messages/count_tokens', countMessageTokens],
]);

const modelsPath = '/v1/models';

/** By path; `/v1/models` is in both APIs, and there Anthropic's clients name their version. */
export function shapeOf(path: string, headers: IncomingHttpHeaders): ApiShape {
  if (path.startsWith('/v1/messages')) return 'anthropic';
  return path.startsWith(modelsPath) && headers['anthropic-version'] !== undefined ? 'anthropic' : 'openai';
}

/** 401 unless some key came, as Bearer or `x-api-key`. Any key will do: this is practice. */
export function checkKey(headers: IncomingHttpHeaders): void {
  const bearer = /^Bearer\s+\S/i.test(headers.authorization ?? '');
  if (bearer || (headers['x-api-key'] ?? '') !== '') return;
  const message = 'No API key came. Send any key, as "Authorization: Bearer" or as "x-api-key".';
  throw new PracticeRefusal(401, 'invalid_api_key', message);
}

/** The answer to a request; `call` is asked for only where there is a body to read. */
export function route(
  method: string,
  path: string,
  shape: ApiShape,
  models: readonly string[],
  call: () => Call,
): Answer {
  const generate = generating.get(path);
  if (generate !== undefined) {
    demand(method, 'POST', path);
    return generate(call());
  }
  if (path === modelsPath || path.startsWith(`${modelsPath}/`)) {
    demand(method, 'GET', path);
    if (path === modelsPath) return listModels(shape, models);
    return showModel(shape, models, decodeURIComponent(path.slice(modelsPath.length + 1)));
  }
  throw new PracticeRefusal(404, 'not_found', `Unknown path ${path.slice(0, 100)}.`);
}

function demand(method: string, expected: string, path: string): void {
  if (method === expected) return;
  throw new PracticeRefusal(405, 'method_not_allowed', `${path} takes ${expected}, not ${method}.`);
}
