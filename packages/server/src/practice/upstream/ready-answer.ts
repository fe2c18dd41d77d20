import type { Answer } from './answer.ts';
import { noFaults } from './faults.ts';
import { createEventWriter } from './sse.ts';

/** An answer without faults, its bytes made: what is asked twice within a second costs its work once. */
export interface ReadyAnswer {
  readonly kind: 'ready';
  readonly status: number;
  readonly contentType: string;
  /** One write each: a whole body, or a stream's events. */
  readonly frames: readonly { readonly text: string; readonly token: boolean }[];
  readonly lengthBytes: number;
}

export const streamType = 'text/event-stream; charset=utf-8';

export function makeReady(answer: Answer): ReadyAnswer {
  const writeEvent = createEventWriter(noFaults);
  const frames =
    answer.kind === 'json'
      ? [{ text: JSON.stringify(answer.body), token: true }]
      : Array.from(answer.events, (event) => ({ text: writeEvent(event), token: event.token }));
  return {
    kind: 'ready',
    status: answer.kind === 'json' ? answer.status : 200,
    contentType: answer.kind === 'json' ? 'application/json' : streamType,
    frames,
    lengthBytes: frames.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0),
  };
}

const entriesMax = 512;
const entryBytesMax = 128 * 1024;

/** Keeps ready answers by key, at most 512 of at most 128 KiB; the oldest goes first. */
export function createAnswerCache(): (key: string, make: () => ReadyAnswer) => ReadyAnswer {
  const kept = new Map<string, ReadyAnswer>();
  return (key, make) => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const made = make();
    if (made.lengthBytes > entryBytesMax) return made;
    kept.set(key, made);
    const oldest = kept.keys().next();
    if (kept.size > entriesMax && oldest.done !== true) kept.delete(oldest.value);
    return made;
  };
}
