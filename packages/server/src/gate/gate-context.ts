import type { Socket } from 'node:net';
import type { BudgetClock } from './budget-clock.ts';
import type { Budgets } from './budgets.ts';
import type { CompletionQueue } from './completion-queue.ts';
import type { Exchange } from './exchange-state.ts';
import type { GateConfigView, GatePorts } from './gate-ports.ts';
import type { GateMetrics } from './gate-metrics.ts';
import type { KeptMemory } from './kept-response.ts';
import type { RandomSource } from './random-source.ts';
import type { RefusalTally } from './refusal-tally.ts';
import type { FindRoute } from './routes.ts';
import type { Upstream } from './upstreams.ts';

/** What all parts of one gate share. */
export type GateContext = {
  /** Its settings change as a whole, in one turn: see configure-gate.ts. */
  readonly ports: Omit<GatePorts, 'config'> & { config: GateConfigView };
  routes: FindRoute;
  upstreams: readonly Upstream[];
  /** Upstreams that the settings do not name any more, until the last exchange that may use them is over. */
  retired: readonly RetiredUpstream[];
  readonly budgets: Budgets;
  readonly budgetClock: BudgetClock;
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

export type RetiredUpstream = { readonly upstream: Upstream; readonly users: ReadonlySet<Exchange> };

/** A body that is being received. */
export type Receiving = {
  /** When enough of it had come the last time. */
  sinceMs: number;
  bytesSince: number;
  readonly timeOut: () => void;
};

/** Since when a caller has taken nothing of what waits for it; 0 where nothing waits. */
export type Unread = { sinceMs: number; takenBytes: number };
