import type { Socket } from 'node:net';
import type { Budgets } from './budgets.ts';
import type { CompletionQueue } from './completion-queue.ts';
import type { Exchange } from './exchange-state.ts';
import type { GatePorts } from './gate-ports.ts';
import type { GateMetrics } from './gate-metrics.ts';
import type { KeptMemory } from './kept-response.ts';
import type { RandomSource } from './random-source.ts';
import type { RefusalTally } from './refusal-tally.ts';
import type { FindRoute } from './routes.ts';
import type { Upstream } from './upstreams.ts';

/** What all parts of one gate share. */
export type GateContext = {
  readonly ports: GatePorts;
  readonly routes: FindRoute;
  readonly upstreams: readonly Upstream[];
  readonly budgets: Budgets;
  readonly metrics: GateMetrics;
  readonly refusals: RefusalTally;
  readonly completions: CompletionQueue;
  readonly random: RandomSource;
  readonly running: Set<Exchange>;
  readonly receiving: Set<Receiving>;
  /** Connections of callers. */
  readonly connections: Map<Socket, Unread>;
  /** Bytes of request bodies in memory now. */
  readonly bodies: { bytes: number };
  readonly kept: KeptMemory;
  draining: boolean;
};

/** A body that is being received. */
export type Receiving = {
  /** When enough of it had come the last time. */
  sinceMs: number;
  bytesSince: number;
  readonly timeOut: () => void;
};

/** Since when a caller has taken nothing of what waits for it; 0 where nothing waits. */
export type Unread = { sinceMs: number; takenBytes: number };
