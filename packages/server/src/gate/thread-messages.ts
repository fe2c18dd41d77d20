import type { MessagePort } from 'node:worker_threads';
import type { SnapshotChange } from '../accounts/account.ts';
import type { Outage } from '../ledger/appender.ts';
import type { AppenderLimits } from '../ledger/port-appender.ts';
import type { CounterValues } from './counters.ts';
import type { GateConfigView, Log } from './gate-ports.ts';

// What the main thread and a gate thread say to each other. Plain data.

export type LogLevel = Parameters<Log>[0];

/** What a thread is given; the ports are transferred. */
export type GateThreadData = {
  readonly config: GateConfigView;
  readonly port: number;
  readonly reusePort: boolean;
  readonly snapshot: readonly SnapshotChange[];
  readonly budgetMemory: SharedArrayBuffer;
  readonly ledger: MessagePort;
  readonly receipts: MessagePort;
  readonly appenderLimits: AppenderLimits;
  /** Less important events are not sent at all. */
  readonly logLevel: LogLevel;
};

export type ToGateThread =
  | { readonly kind: 'apply'; readonly changes: readonly SnapshotChange[] }
  | { readonly kind: 'ask-counters'; readonly id: number }
  | { readonly kind: 'metrics'; readonly id: number; readonly text: string }
  /** Settings for requests from now on. */
  | { readonly kind: 'configure'; readonly config: GateConfigView }
  /** The ledger takes nothing. Answered by `open-exchanges`. */
  | { readonly kind: 'disconnect-ledger'; readonly id: number; readonly outage: Outage }
  /** It is there again; of the open exchanges, it has these as completed. */
  | { readonly kind: 'connect-ledger'; readonly port: MessagePort; readonly recorded: readonly string[] }
  | { readonly kind: 'drain'; readonly timeoutMs: number }
  | { readonly kind: 'stop' };

export type FromGateThread =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'not-listening'; readonly code: string }
  | { readonly kind: 'counters'; readonly id: number; readonly values: CounterValues }
  | { readonly kind: 'ask-metrics'; readonly id: number }
  | { readonly kind: 'open-exchanges'; readonly id: number; readonly exchanges: readonly string[] }
  | {
      readonly kind: 'log';
      readonly level: LogLevel;
      readonly event: string;
      readonly fields: Parameters<Log>[2];
    };
