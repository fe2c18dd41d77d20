import type { KeptResponse } from '../kept-response.ts';
import type { ApiShape } from '../routes.ts';
import { createSseUsage, EVENT_BYTES_MAX, type SseUsage } from './sse-usage.ts';
import { findUsage, mergeUsage, type TokenUsage } from './usage.ts';

/**
 * The usage of a streamed answer. As long as all of it is kept, nothing is read while it passes: at the end only the events that hold a usage are
 * looked at. From the first byte that is not kept on, each chunk is read as it comes.
 * @param response has each chunk before it is given to `push`
 */
export function createStreamUsage(
  shape: ApiShape,
  response: Pick<KeptResponse, 'totalBytes' | 'keptBytes' | 'kept'>,
): SseUsage {
  let read: SseUsage | undefined;
  const readKept = (): SseUsage => {
    read = createSseUsage(shape);
    read.push(response.kept());
    return read;
  };
  return {
    push(chunk) {
      if (read !== undefined) return read.push(chunk);
      if (response.keptBytes === response.totalBytes) return;
      read = createSseUsage(shape);
      read.push(response.kept().subarray(0, response.totalBytes - chunk.length));
      read.push(chunk);
    },
    get usage() {
      if (read !== undefined) return read.usage;
      const found = findInEvents(shape, response.kept());
      return found === 'unsure' ? readKept().usage : found;
    },
    get events() {
      return (read ?? readKept()).events;
    },
  };
}

const USAGE_GIVEN = /"usage"\s*:\s*\{/g;

/** What reading every event would give; `unsure` where an event is not simply one line of data. */
function findInEvents(shape: ApiShape, bytes: Buffer): TokenUsage | undefined | 'unsure' {
  // A character a byte, so that places in it are places in the bytes.
  const text = bytes.toString('latin1');
  if (text.includes('\r')) return 'unsure';
  let usage: TokenUsage | undefined;
  for (const { index } of text.matchAll(USAGE_GIVEN)) {
    const start = text.lastIndexOf('\n', index) + 1;
    const end = text.indexOf('\n', index);
    if (end < 0 || end - start > EVENT_BYTES_MAX || !isWholeEvent(text, start, end)) return 'unsure';
    usage = mergeUsage(usage, parse(shape, bytes, start + 'data:'.length, end));
  }
  return usage;
}

/** Whether the line from `start` to `end` is all the data of an event that has ended: alone, or behind one line that names the event. */
function isWholeEvent(text: string, start: number, end: number): boolean {
  if (!text.startsWith('data:', start) || text[end + 1] !== '\n') return false;
  const named = text.startsWith('event:', text.lastIndexOf('\n', start - 2) + 1);
  const first = named ? text.lastIndexOf('\n', start - 2) + 1 : start;
  return first === 0 || text.startsWith('\n\n', first - 2);
}

function parse(shape: ApiShape, bytes: Buffer, from: number, to: number): TokenUsage | undefined {
  try {
    return findUsage(shape, JSON.parse(bytes.toString('utf8', from, to)));
  } catch {
    return undefined;
  }
}
