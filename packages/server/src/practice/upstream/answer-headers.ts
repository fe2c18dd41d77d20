import type { Faults } from './faults.ts';
import type { Headers } from './outlet.ts';
import type { ApiShape } from './refusal.ts';

const padHeaderBytes = 4_096;

/** Headers of every answer: what it is, whose request it answers, and the limits the real APIs tell. */
export function answerHeaders(shape: ApiShape, requestId: string, status: number, faults: Faults): Headers {
  return {
    'x-portcullis-practice': 'true',
    ...(shape === 'openai' ? openaiHeaders(requestId, status) : anthropicHeaders(requestId, status)),
    ...retryAfter(status, faults),
    ...padding(faults.get('headers-big') ?? 0),
  };
}

function openaiHeaders(requestId: string, status: number): Headers {
  return {
    'x-request-id': requestId,
    'openai-version': '2020-10-01',
    'x-ratelimit-limit-requests': '10000',
    'x-ratelimit-remaining-requests': status === 429 ? '0' : '9999',
    'x-ratelimit-reset-requests': '6ms',
  };
}

function anthropicHeaders(requestId: string, status: number): Headers {
  return {
    'request-id': requestId,
    'anthropic-ratelimit-requests-limit': '10000',
    'anthropic-ratelimit-requests-remaining': status === 429 ? '0' : '9999',
    'anthropic-ratelimit-requests-reset': '2026-01-01T00:00:00Z',
  };
}

function retryAfter(status: number, faults: Faults): Headers {
  const asked = faults.get('retry-after');
  if (asked === undefined && status !== 429 && status !== 503 && status !== 529) return {};
  return { 'retry-after': String(asked ?? 1) };
}

function padding(sizeBytes: number): Headers {
  const count = Math.ceil(sizeBytes / padHeaderBytes);
  const value = (nth: number) => 'p'.repeat(Math.min(padHeaderBytes, sizeBytes - nth * padHeaderBytes));
  return Object.fromEntries(Array.from({ length: count }, (_, nth) => [`x-practice-pad-${nth}`, value(nth)]));
}
