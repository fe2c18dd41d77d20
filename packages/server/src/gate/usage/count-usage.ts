import type { Outcome } from '@portcullis/record';
import type { Exchange } from '../exchange-state.ts';
import { findUsageInTail } from './usage-tail.ts';
import { findUsage, type TokenUsage } from './usage.ts';

/** What is settled and recorded: from the upstream's own counts, estimated, or nothing to count. */
export type CountedUsage = {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly source: 'reported' | 'estimated' | 'none';
};

/** Rule of thumb for English text; only used where an upstream does not tell. */
export const BYTES_PER_TOKEN = 4;
/** A whole answer up to this size is parsed; of a larger one, only the tail is searched. */
const PARSED_BYTES_MAX = 262_144;

/**
 * Counts an exchange's tokens. `reported` needs the upstream's counts of a finished answer; a stream that was cut or told nothing is
 * estimated: its input by the request's size, its output by its events (about one a token) or its size. An answer that
 * never came, an error, and endpoints that do not generate count nothing.
 */
export function countUsage(exchange: Exchange, outcome: Outcome): CountedUsage {
  const { response, ask, status } = exchange;
  const answered = exchange.released && status >= 200 && status < 300 && exchange.failure?.status !== status;
  if (!answered || !ask.route.json || ask.route.operation === 'count_tokens') {
    return { inputTokens: 0, outputTokens: 0, source: 'none' };
  }
  const reported = exchange.sse === undefined ? readWhole(exchange, outcome) : exchange.sse.usage;
  const finished = outcome === 'complete';
  const inputTokens = reported?.inputTokens ?? null;
  const outputTokens = reported?.outputTokens ?? null;
  if (finished && reported !== undefined && inputTokens !== null) {
    return { inputTokens, outputTokens: outputTokens ?? 0, source: 'reported' };
  }
  const seen = exchange.sse?.events ?? estimateTokens(response.totalBytes);
  return {
    inputTokens: inputTokens ?? estimateTokens(ask.sent.length),
    outputTokens: finished && outputTokens !== null ? outputTokens : Math.max(outputTokens ?? 0, seen),
    source: 'estimated',
  };
}

/** Tokens of so many bytes of text. */
export function estimateTokens(sizeBytes: number): number {
  return Math.ceil(sizeBytes / BYTES_PER_TOKEN);
}

function readWhole(exchange: Exchange, outcome: Outcome): TokenUsage | undefined {
  const { response, ask } = exchange;
  if (outcome !== 'complete' || exchange.encoded) return undefined;
  const { totalBytes, keptBytes } = response;
  if (totalBytes > PARSED_BYTES_MAX || keptBytes < totalBytes) {
    return findUsageInTail(ask.route.shape, response.tail(), 1);
  }
  try {
    return findUsage(ask.route.shape, JSON.parse(response.kept().toString('utf8')));
  } catch {
    return undefined;
  }
}
