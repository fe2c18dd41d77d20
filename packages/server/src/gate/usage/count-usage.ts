import type { Outcome } from '@portcullis/record';
import type { Ask, Exchange } from '../exchange-state.ts';
import { encodingOf, isEventStream } from './answer-kind.ts';
import { decodeAnswer } from './decode-answer.ts';
import { createSseUsage } from './sse-usage.ts';
import { findUsageInTail } from './usage-tail.ts';
import { findUsage, type TokenUsage } from './usage.ts';

/** What is settled and recorded: from the upstream's own counts, estimated, or nothing to count. */
export type CountedUsage = {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly source: 'reported' | 'estimated' | 'none';
};

/** Rule of thumb for English text; only used where an upstream does not tell. */
const BYTES_PER_TOKEN = 4;
/** A whole answer up to this size is parsed; of a larger one, only the tail is searched. */
const PARSED_BYTES_MAX = 262_144;
const NONE: CountedUsage = { inputTokens: 0, outputTokens: 0, source: 'none' };

/**
 * Counts an exchange's tokens. `reported` needs the upstream's counts of a finished answer; a stream that was cut or told nothing is
 * estimated: its input by the request, its output by its events (about one a token) or its size, and one that can not be
 * read as what was reserved for it. A caller who left before the answer has still had its request worked on. An answer
 * that never came, an error, and endpoints that do not generate count nothing.
 */
export function countUsage(exchange: Exchange, outcome: Outcome): CountedUsage {
  const { ask } = exchange;
  if (!ask.route.json || ask.route.operation === 'count_tokens') return NONE;
  const input = estimateInput(ask);
  if (!isAnswered(exchange)) {
    return leftEarly(exchange, outcome) ? { inputTokens: input, outputTokens: 0, source: 'estimated' } : NONE;
  }
  const finished = outcome === 'complete';
  const whole = exchange.sse === undefined && finished ? readWhole(exchange) : undefined;
  const reported = exchange.sse?.usage ?? whole;
  const inputTokens = reported?.inputTokens ?? null;
  const outputTokens = reported?.outputTokens ?? null;
  const told = outputTokens !== null || ask.route.operation === 'embeddings';
  if (finished && inputTokens !== null && told) {
    return { inputTokens, outputTokens: outputTokens ?? 0, source: 'reported' };
  }
  return {
    inputTokens: inputTokens ?? input,
    outputTokens: finished && outputTokens !== null ? outputTokens : estimateOutput(exchange, outputTokens),
    source: 'estimated',
  };
}

/** Tokens of a request as it is sent: by its size, or as many as came as numbers. */
export function estimateInput({ sent, request }: Pick<Ask, 'sent' | 'request'>): number {
  return Math.max(estimateTokens(sent.length), request.limits.tokenIds);
}

function estimateTokens(sizeBytes: number): number {
  return Math.ceil(sizeBytes / BYTES_PER_TOKEN);
}

function estimateOutput(exchange: Exchange, reported: number | null): number {
  const { ask, encoded, reservation, response, sse } = exchange;
  const reserved = encoded ? reservation.tokens - estimateInput(ask) : 0;
  return Math.max(reported ?? 0, reserved, sse?.events ?? estimateTokens(response.totalBytes));
}

function isAnswered({ released, status, failure }: Exchange): boolean {
  return released && status >= 200 && status < 300 && failure?.status !== status;
}

function leftEarly({ call, head }: Exchange, outcome: Outcome): boolean {
  return outcome === 'aborted' && call?.sent === true && (head === undefined || head.status < 300);
}

function readWhole({ ask, head, response }: Exchange): TokenUsage | undefined {
  const { shape } = ask.route;
  const { totalBytes, keptBytes } = response;
  const whole = keptBytes === totalBytes;
  const encoding = encodingOf(head?.headers ?? {});
  if (encoding !== undefined) {
    const decoded = whole ? decodeAnswer(encoding, response.kept()) : undefined;
    if (decoded === undefined) return undefined;
    return isEventStream(head?.headers ?? {}) ? readStream(shape, decoded) : parse(shape, decoded);
  }
  if (!whole || totalBytes > PARSED_BYTES_MAX) return findUsageInTail(shape, response.tail(), 1);
  return parse(shape, response.kept());
}

function readStream(shape: Ask['route']['shape'], bytes: Buffer): TokenUsage | undefined {
  const sse = createSseUsage(shape);
  sse.push(bytes);
  return sse.usage;
}

function parse(shape: Ask['route']['shape'], bytes: Buffer): TokenUsage | undefined {
  try {
    return findUsage(shape, JSON.parse(bytes.toString('utf8')));
  } catch {
    return undefined;
  }
}
