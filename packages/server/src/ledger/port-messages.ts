import type { MessagePort } from 'node:worker_threads';
import { ServerError, type ServerErrorCode } from '../server-error.ts';
import type { StopCause } from './stop-cause.ts';

// What is said between the ledger thread and those who write to it. Plain data.

/** From an appender: entries to append, atomically one after the other. */
export type AppendMessage = { readonly id: number; readonly count: number; readonly packet: ArrayBuffer };

/** To an appender, once a turn: what happened to its packets. */
export type AppendReply = {
  readonly durable: readonly { readonly id: number; readonly first: number }[];
  /** Set once the ledger has stopped; nothing of what waits will become durable. */
  readonly stopped?: PlainError;
};

/** An error that crosses threads. */
export type PlainError = { readonly code: ServerErrorCode; readonly message: string };

/** From the main thread. */
export type ControlMessage =
  | { readonly kind: 'connect'; readonly port: MessagePort }
  | { readonly kind: 'flush' | 'archive' | 'stats' | 'stop'; readonly id: number };

export type LedgerStats = {
  /** Entries that are durable, and those that are published. */
  readonly size: number;
  readonly publishedSize: number;
  readonly commits: number;
  readonly entries: number;
  readonly largestBatch: number;
  /** Time spent in commits, all together. */
  readonly commitMs: number;
  readonly publications: number;
  readonly publishMs: number;
  readonly stopped: string | null;
};

/** To the main thread. */
export type ControlReply =
  | { readonly kind: 'checking'; readonly checked: number; readonly total: number }
  | {
      readonly kind: 'ready';
      readonly size: number;
      readonly vkeys: readonly string[];
      /** See `OpenedLedger.recorded`. */
      readonly recorded: readonly string[];
    }
  | { readonly kind: 'published'; readonly size: number }
  /** It takes nothing more, lets go of the directory and ends. */
  | { readonly kind: 'stopped'; readonly cause: StopCause }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly error: PlainError };

export function plainError(error: unknown): PlainError {
  if (error instanceof ServerError) return { code: error.code, message: error.message };
  return { code: 'ledger-refused', message: (error as Error).message };
}

export function toServerError({ code, message }: PlainError): ServerError {
  return new ServerError(code, message);
}
