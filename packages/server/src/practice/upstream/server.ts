import { EventEmitter } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { createFaultCounter } from './faults.ts';
import { createRequestHandler } from './handle-request.ts';
import { practiceModels } from './models.ts';
import { createAnswerCache } from './ready-answer.ts';
import { createRecorder, type Recorder, type Seen, type SeenAbort } from './seen.ts';

export interface PracticeUpstreamConfig {
  /** 0, the default, lets the system choose. */
  readonly port?: number;
  readonly host?: string;
  /** Lets several processes listen on one port. */
  readonly reusePort?: boolean;
  /** Only `created` fields come from it. */
  readonly clock?: { nowMs(): number };
  /** Names to answer to; a name with `embed` in it embeds. */
  readonly models?: readonly string[];
  readonly bodySizeBytesMax?: number;
  /** How many requests and aborts `seen` keeps. */
  readonly seenMax?: number;
}

export interface PracticeUpstream {
  /** `http://host:port`, without `/v1`. */
  readonly url: string;
  readonly port: number;
  readonly seen: Seen;
  /** Called as soon as a peer's early close is noticed. */
  on(event: 'abort', listener: (abort: SeenAbort) => void): void;
  off(event: 'abort', listener: (abort: SeenAbort) => void): void;
  /** Faults, as in `x-practice-fault`, for requests that bring no such header; undefined for none. */
  setFaults(header: string | undefined): void;
  /** Stops listening and breaks what is open. */
  close(): Promise<void>;
}

const bodySizeBytesDefault = 32 * 1024 * 1024;
/** Longer than any pooled connection of a gate stays idle, so that only faults break connections. */
const keepAliveTimeoutMs = 120_000;

/** Starts a server that speaks the OpenAI and Anthropic APIs and makes every answer up, the same for the same request. */
export async function createPracticeUpstream(config: PracticeUpstreamConfig = {}): Promise<PracticeUpstream> {
  const events = new EventEmitter<{ abort: [SeenAbort] }>();
  const recorder = createRecorder(config.seenMax ?? 1_000);
  const standing: { faults: string | undefined } = { faults: undefined };
  const handle = createRequestHandler({
    models: config.models ?? practiceModels,
    clock: config.clock ?? { nowMs: Date.now },
    bodySizeBytesMax: config.bodySizeBytesMax ?? bodySizeBytesDefault,
    recorder: announcing(recorder, events),
    countFaults: createFaultCounter(),
    standingFaults: () => standing.faults,
    cache: createAnswerCache(),
    monotonicMs: () => performance.now(),
  });
  const server = createServer({ keepAliveTimeout: keepAliveTimeoutMs, maxHeaderSize: 65_536 }, handle);
  const host = config.host ?? '127.0.0.1';
  const port = await listen(server, { port: config.port ?? 0, host, reusePort: config.reusePort ?? false });
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    seen: recorder.seen,
    on: (event, listener) => void events.on(event, listener),
    off: (event, listener) => void events.off(event, listener),
    setFaults: (header) => (standing.faults = header),
    close: () => close(server),
  };
}

function announcing(recorder: Recorder, events: EventEmitter<{ abort: [SeenAbort] }>): Recorder {
  return {
    ...recorder,
    abort(abort) {
      recorder.abort(abort);
      events.emit('abort', abort);
    },
  };
}

function listen(server: Server, where: { port: number; host: string; reusePort: boolean }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
