import type { ApiShape } from '../routes.ts';

/** Token counts as an upstream reported them. Input counts every kind of input, cached or not. */
export type TokenUsage = { readonly inputTokens: number | null; readonly outputTokens: number | null };

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads the counts of a `usage` object: OpenAI's `prompt_tokens`/`completion_tokens` or `input_tokens`/`output_tokens`;
 * Anthropic's `input_tokens` plus both cache counts, and `output_tokens`.
 * The upstream is not trusted to send whole numbers; what is none is passed over.
 */
export function readUsage(shape: ApiShape, usage: unknown): TokenUsage | undefined {
  const given = asObject(usage);
  if (given === undefined) return undefined;
  let inputTokens = count(given['input_tokens']) ?? count(given['prompt_tokens']);
  const outputTokens = count(given['output_tokens']) ?? count(given['completion_tokens']);
  if (shape === 'anthropic') {
    const created = count(given['cache_creation_input_tokens']);
    const read = count(given['cache_read_input_tokens']);
    if (inputTokens !== null) inputTokens += (created ?? 0) + (read ?? 0);
  }
  return inputTokens === null && outputTokens === null ? undefined : { inputTokens, outputTokens };
}

/** Where a whole answer, or one event of a stream, holds its usage: at the top, in `message`, or in `response`. */
export function findUsage(shape: ApiShape, value: unknown): TokenUsage | undefined {
  const given = asObject(value);
  if (given === undefined) return undefined;
  const direct = readUsage(shape, given['usage']);
  if (direct !== undefined) return direct;
  const message = asObject(given['message']);
  if (message === undefined) return readUsage(shape, asObject(given['response'])?.['usage']);
  // Anthropic's message_start: its output is what there was before the first token; message_delta tells the real one.
  const started = readUsage(shape, message['usage']);
  return started === undefined ? undefined : { ...started, outputTokens: null };
}

/** Later counts replace earlier ones: Anthropic's `message_delta` and OpenAI's chunks are cumulative. */
export function mergeUsage(
  earlier: TokenUsage | undefined,
  later: TokenUsage | undefined,
): TokenUsage | undefined {
  if (earlier === undefined || later === undefined) return later ?? earlier;
  return {
    inputTokens: later.inputTokens ?? earlier.inputTokens,
    outputTokens: later.outputTokens ?? earlier.outputTokens,
  };
}

const TOKENS_MAX = 1e12;

function count(value: unknown): number | null {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= TOKENS_MAX
    ? (value as number)
    : null;
}

function asObject(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}
