import type { IncomingHttpHeaders } from 'node:http';

/** Where a peer was when it left before the answer's end. */
export type AbortPhase = 'before-headers' | 'before-first-token' | 'mid-stream';

export interface SeenAbort {
  /** `performance.now()` when the close was noticed. */
  readonly at: number;
  readonly phase: AbortPhase;
  readonly path: string;
}

/** How far the answer to a request has come; changes while it is written. */
export interface Progress {
  headSent: boolean;
  /** Body bytes given to the socket so far. */
  bytesWritten: number;
  /** Of a stream; for a whole body, its pieces. */
  tokensWritten: number;
  /** How often the writer had to wait for the peer to read. */
  drainWaits: number;
  waitingForDrain: boolean;
  /** Everything was written, or a fault closed the connection on purpose. */
  finished: boolean;
}

/** Headers are kept as they came, keys included: tests check which key arrived. They are never written anywhere. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly bodyBytes: number;
  /** Lower-case hex. */
  readonly bodySha256: string;
  readonly progress: Readonly<Progress>;
}

/** What a practice upstream saw. Bounded: the oldest of each list goes first. */
export interface Seen {
  readonly requests: readonly SeenRequest[];
  readonly aborts: readonly SeenAbort[];
  /** Totals over all answers. */
  readonly totals: { readonly requests: number; readonly bytesWritten: number; readonly drainWaits: number };
  /** Answers that wait for their peer to read, now. */
  readonly waitingForDrain: number;
}

export interface Recorder {
  readonly seen: Seen;
  request(request: Omit<SeenRequest, 'progress'>, progress: Progress): void;
  abort(abort: SeenAbort): void;
  settle(progress: Progress): void;
}

export function newProgress(): Progress {
  return {
    headSent: false,
    bytesWritten: 0,
    tokensWritten: 0,
    drainWaits: 0,
    waitingForDrain: false,
    finished: false,
  };
}

/** @param ringMax how many requests and aborts are kept. */
export function createRecorder(ringMax: number): Recorder {
  const requests: SeenRequest[] = [];
  const aborts: SeenAbort[] = [];
  const open = new Set<Progress>();
  const settled = { requests: 0, bytesWritten: 0, drainWaits: 0 };
  const sum = (name: 'bytesWritten' | 'drainWaits') => {
    return [...open].reduce((total, progress) => total + progress[name], settled[name]);
  };
  const seen: Seen = {
    requests,
    aborts,
    get totals() {
      return { requests: settled.requests, bytesWritten: sum('bytesWritten'), drainWaits: sum('drainWaits') };
    },
    get waitingForDrain() {
      return [...open].filter((progress) => progress.waitingForDrain).length;
    },
  };
  return {
    seen,
    request(request, progress) {
      settled.requests++;
      open.add(progress);
      push(requests, { ...request, progress }, ringMax);
    },
    abort: (abort) => push(aborts, abort, ringMax),
    settle(progress) {
      if (!open.delete(progress)) return;
      progress.waitingForDrain = false;
      settled.bytesWritten += progress.bytesWritten;
      settled.drainWaits += progress.drainWaits;
    },
  };
}

function push<Item>(list: Item[], item: Item, max: number): void {
  list.push(item);
  if (list.length > max) list.shift();
}
