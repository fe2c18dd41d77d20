import type { Dispatcher } from 'undici';
import type { GuardedKey } from './key-search.ts';
import type { RandomSource } from './random-source.ts';
import type { Upstream } from './upstreams.ts';
import { forwardRequestHeaders } from './forward-headers.ts';

// One exchange's way to an upstream: tries, waits between them, and the next upstream. All of this ends with the first
// response head that is accepted: after it nothing is ever tried again.

export type CallRequest = {
  readonly method: string;
  /** With its query, beginning with `/v1`. */
  readonly path: string;
  readonly rawHeaders: readonly string[];
  readonly connection: string | undefined;
  readonly body: Buffer | null;
};

export type CallFailure = 'unreachable' | 'timeout' | 'credentials' | 'broken';

export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Called without promises, straight from the parser. */
export type CallEvents = {
  /** A try at this upstream begins. */
  attempt(upstream: string): void;
  head(status: number, headers: ResponseHeaders, controller: Dispatcher.DispatchController): void;
  data(chunk: Buffer): void;
  end(): void;
  failed(failure: CallFailure): void;
};

export type Call = {
  /** Stops whatever runs; nothing is called after it. */
  abort(): void;
  /** Ends a try that waits for a free connection since before this moment. */
  sweep(nowMs: number): void;
  readonly attempts: number;
  /** The request has begun to go out to some upstream. */
  readonly sent: boolean;
  /** The upstream of the latest try. */
  readonly upstream: string;
  /** What must not stand in its answer. */
  readonly key: GuardedKey | undefined;
};

/** What all calls of a gate share. */
export type CallTools = {
  readonly random: RandomSource;
  readonly nowMs: () => number;
  /** Bytes of request bodies in memory now; the body of this call is counted in it until its exchange ends. */
  readonly bodies: { bytes: number };
};

type State = {
  readonly order: readonly Upstream[];
  readonly request: CallRequest;
  readonly events: CallEvents;
  readonly tools: CallTools;
  at: number;
  attemptsHere: number;
  attempts: number;
  sent: boolean;
  attempt: Attempt | undefined;
  timer: NodeJS.Timeout | undefined;
  accepted: boolean;
  over: boolean;
};

type Attempt = {
  readonly upstream: Upstream;
  readonly startedMs: number;
  readonly go: () => void;
  /** Nobody wants to hear of it any more. */
  over: boolean;
  /** From the dispatch to its end, be it over or not, it has one of the upstream's connections. */
  phase: 'waiting' | 'dispatched' | 'ended';
  controller: Dispatcher.DispatchController | undefined;
  /** Of a body that the pool holds until it has connected, although the exchange has ended. */
  strandedBytes: number;
};

const BACKOFF_MS = 100;
/** Neither our own back-off nor an upstream's `retry-after` holds an exchange longer than this between two tries. */
export const BACKOFF_MS_MAX = 2_000;
const GONE = new Error('The exchange ended.');

/** Calls the first upstream of `order`; on failure again, then the next ones. */
export function callUpstream(
  order: readonly Upstream[],
  request: CallRequest,
  events: CallEvents,
  tools: CallTools,
): Call {
  const state: State = {
    order,
    request,
    events,
    tools,
    at: 0,
    attemptsHere: 0,
    attempts: 0,
    sent: false,
    attempt: undefined,
    timer: undefined,
    accepted: false,
    over: false,
  };
  tryNow(state);
  return {
    abort: () => abort(state),
    sweep(now) {
      const { attempt } = state;
      if (attempt === undefined || attempt.controller !== undefined || attempt.over) return;
      const { connectTimeoutMs, headersTimeoutMs } = current(state).config;
      if (now - attempt.startedMs > connectTimeoutMs + headersTimeoutMs) fail(state, attempt, 'timeout');
    },
    get attempts() {
      return state.attempts;
    },
    get sent() {
      return state.sent;
    },
    get upstream() {
      return current(state).config.name;
    },
    get key() {
      return current(state).key;
    },
  };
}

function current(state: State): Upstream {
  return state.order[state.at] as Upstream;
}

function abort(state: State): void {
  state.over = true;
  clearTimeout(state.timer);
  const { attempt } = state;
  if (attempt !== undefined && !attempt.over) giveUp(state, attempt);
}

function tryNow(state: State): void {
  if (state.over) return;
  state.attemptsHere++;
  const upstream = current(state);
  const attempt: Attempt = {
    upstream,
    startedMs: state.tools.nowMs(),
    go: () => dispatch(state, attempt),
    over: false,
    phase: 'waiting',
    controller: undefined,
    strandedBytes: 0,
  };
  state.attempt = attempt;
  upstream.turns.take(attempt.go);
}

function dispatch(state: State, attempt: Attempt): void {
  const { upstream } = attempt;
  if (attempt.over) return upstream.turns.giveBack();
  const { request } = state;
  state.attempts++;
  state.events.attempt(upstream.config.name);
  attempt.phase = 'dispatched';
  upstream.pool.dispatch(
    {
      method: request.method,
      path: upstream.pathPrefix + request.path,
      headers: forwardRequestHeaders(request.rawHeaders, request.connection, upstream.config),
      body: request.body,
    },
    createHandler(state, attempt),
  );
}

function createHandler(state: State, attempt: Attempt): Dispatcher.DispatchHandler {
  return {
    onRequestStart(controller) {
      attempt.controller = controller;
      if (attempt.over) controller.abort(GONE);
      else state.sent = true;
    },
    onResponseStart(controller, status, headers) {
      if (status >= 200 && !attempt.over) readHead(state, attempt, controller, status, headers);
    },
    onResponseData(_controller, chunk) {
      if (!attempt.over) state.events.data(chunk);
    },
    onResponseEnd() {
      endAttempt(state, attempt);
      if (attempt.over) return;
      attempt.over = true;
      state.over = true;
      state.events.end();
    },
    onResponseError(_controller, error) {
      endAttempt(state, attempt);
      if (!attempt.over) fail(state, attempt, nameFailure(error));
    },
  };
}

/** The pool is done with it. */
function endAttempt(state: State, attempt: Attempt): void {
  if (attempt.phase === 'ended') return;
  attempt.phase = 'ended';
  state.tools.bodies.bytes -= attempt.strandedBytes;
  attempt.upstream.turns.giveBack();
}

function giveUp(state: State, attempt: Attempt): void {
  attempt.over = true;
  if (attempt.controller !== undefined) attempt.controller.abort(GONE);
  else if (attempt.phase === 'waiting') attempt.upstream.turns.leave(attempt.go);
  else if (attempt.phase === 'dispatched') {
    // The pool gives a request back only when it has connected, or could not.
    attempt.strandedBytes = state.request.body?.length ?? 0;
    state.tools.bodies.bytes += attempt.strandedBytes;
  }
}

function readHead(
  state: State,
  attempt: Attempt,
  controller: Dispatcher.DispatchController,
  status: number,
  headers: ResponseHeaders,
): void {
  // The upstream refused the operator's own key. Its words would speak of that key.
  if (status === 401) return fail(state, attempt, 'credentials');
  const waitMs = retryAfterMs(headers['retry-after']);
  if (isWorthAnotherTry(status) && moveOn(state, waitMs, status >= 500)) {
    return giveUp(state, attempt);
  }
  state.accepted = true;
  state.events.head(status, headers, controller);
}

/**
 * 429 and 403 (the key is good, but not for this) are the upstream's last word unless another upstream can be asked: it may have
 * room, or the model.
 */
function isWorthAnotherTry(status: number): boolean {
  return status === 403 || status === 429 || [500, 502, 503, 529].includes(status);
}

/** Plans the next try; false where there is none. */
function moveOn(state: State, waitMs: number, sameAgain: boolean): boolean {
  const here = sameAgain && state.attemptsHere < current(state).config.attempts && waitMs <= BACKOFF_MS_MAX;
  if (here) {
    const ceilingMs = Math.min(BACKOFF_MS_MAX, BACKOFF_MS * 2 ** (state.attemptsHere - 1));
    const jitteredMs = ceilingMs * (0.5 + state.tools.random.fraction() / 2);
    state.timer = setTimeout(() => tryNow(state), Math.max(waitMs, jitteredMs));
    return true;
  }
  if (state.at + 1 >= state.order.length) return false;
  state.at++;
  state.attemptsHere = 0;
  // Not from within the parser's callback, which still works on the connection that is being given up.
  setImmediate(() => tryNow(state));
  return true;
}

function fail(state: State, attempt: Attempt, failure: CallFailure): void {
  // Where the key is wrong or no connection came free, it will be no better at once.
  const sameAgain = failure !== 'credentials' && attempt.phase !== 'waiting';
  giveUp(state, attempt);
  if (state.over) return;
  if (!state.accepted && moveOn(state, 0, sameAgain)) return;
  state.over = true;
  state.events.failed(failure);
}

function nameFailure(error: Error & { code?: string }): CallFailure {
  const { code = '' } = error;
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') return 'timeout';
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return 'timeout';
  if (code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW' || code.includes('MISMATCH'))
    return 'broken';
  return 'unreachable';
}

function retryAfterMs(value: string | string[] | undefined): number {
  if (typeof value !== 'string') return 0;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const at = Date.parse(value);
  // A date is further off than we wait; its exact distance would need this machine's clock to agree with the upstream's.
  return Number.isNaN(at) ? 0 : Number.POSITIVE_INFINITY;
}
