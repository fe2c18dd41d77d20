import { type Refusal, refuse } from './refusal.ts';

/** What a request says about how much it costs. */
export type RequestLimits = {
  /** Tokens that one answer may have; null where the caller set no limit that the endpoint knows. */
  readonly outputTokensMax: number | null;
  /** Answers that are generated: choices times prompts. */
  readonly answers: number;
  /** Tokens that came as numbers: two bytes of JSON can be one. */
  readonly tokenIds: number;
};

type Fields = {
  readonly limits: readonly string[];
  readonly choices: readonly string[];
  /** The field that may hold several prompts, or prompts as token numbers. */
  readonly prompt?: string;
};

/** What each endpoint acts on. A limit that it would ignore must not make a reservation small. */
const FIELDS: Readonly<Record<string, Fields>> = {
  '/v1/chat/completions': {
    limits: ['max_completion_tokens', 'max_tokens'],
    choices: ['n', 'best_of'],
  },
  '/v1/completions': { limits: ['max_tokens'], choices: ['n', 'best_of'], prompt: 'prompt' },
  '/v1/responses': { limits: ['max_output_tokens'], choices: [] },
  '/v1/messages': { limits: ['max_tokens'], choices: [] },
  '/v1/embeddings': { limits: [], choices: [], prompt: 'input' },
};
const CHOICES_MAX = 128;
export const NO_LIMITS: RequestLimits = { outputTokensMax: null, answers: 1, tokenIds: 0 };

type Body = Readonly<Record<string, unknown>>;

/** @param endpoint as its route names it */
export function readLimits(endpoint: string, body: Body): RequestLimits | Refusal {
  const fields = FIELDS[endpoint];
  if (fields === undefined) return NO_LIMITS;
  let outputTokensMax: number | null = null;
  for (const name of fields.limits) {
    const value = body[name];
    if (value === undefined || value === null) continue;
    if (!isCount(value)) return refuse(400, 'invalid_type', `'${name}' must be a whole number from 0.`, name);
    // Some take 0 for no limit at all.
    if (value > 0) outputTokensMax = Math.max(outputTokensMax ?? 0, value);
  }
  let choices = 1;
  for (const name of fields.choices) {
    const value = body[name];
    if (value === undefined || value === null) continue;
    if (!isCount(value) || value === 0 || value > CHOICES_MAX) {
      return refuse(400, 'invalid_type', `'${name}' must be a whole number from 1 to ${CHOICES_MAX}.`, name);
    }
    choices = Math.max(choices, value);
  }
  const { prompts, tokenIds } = countPrompts(fields.prompt === undefined ? undefined : body[fields.prompt]);
  return { outputTokensMax, answers: choices * prompts, tokenIds };
}

/** A prompt is text or a list of token numbers; several are a list of those. */
function countPrompts(value: unknown): { readonly prompts: number; readonly tokenIds: number } {
  let prompts = 0;
  let tokenIds = 0;
  for (const item of Array.isArray(value) ? (value as unknown[]) : []) {
    if (typeof item === 'number') tokenIds++;
    else prompts++;
    if (Array.isArray(item)) tokenIds += item.length;
  }
  return { prompts: Math.max(1, prompts), tokenIds };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
