import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Outcome } from '@portcullis/record';
import type { Dispatcher } from 'undici';
import type { Reservation } from './budgets.ts';
import type { Caller } from './authenticate.ts';
import type { Call, ResponseHeaders } from './call-upstream.ts';
import type { KeySearch } from './key-search.ts';
import type { KeptResponse } from './kept-response.ts';
import type { ReadRequest } from './read-request.ts';
import type { Refusal } from './refusal.ts';
import type { Route } from './routes.ts';
import type { SseUsage } from './usage/sse-usage.ts';

/** A request that passed every check and was read. */
export type Ask = {
  readonly id: string;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly route: Route;
  readonly caller: Caller;
  readonly request: ReadRequest;
  /** The model as metrics and logs may name it. */
  readonly modelName: string;
  /** As received: what is recorded. */
  readonly received: Buffer;
  /** As sent upstream: the same bytes unless standing `plain` had to edit them. */
  readonly sent: Buffer;
};

/** One exchange from its admission to its completion. */
export type Exchange = {
  readonly ask: Ask;
  readonly startedMs: number;
  readonly reservation: Reservation;
  readonly response: KeptResponse;
  call: Call | undefined;
  /** Nothing is released unless this is `durable`. */
  admission: 'waiting' | 'durable' | 'refused';
  index: number;
  leafHash: string;
  /** A response head that waits for the admission. */
  head: { readonly status: number; readonly headers: ResponseHeaders } | undefined;
  controller: Dispatcher.DispatchController | undefined;
  /** The upstream's answer came to its end before it could be released. */
  ended: boolean;
  /** An upstream's error, which is read before it is released. */
  heldError: { readonly chunks: Buffer[]; sizeBytes: number } | undefined;
  /** Undefined where the upstream has no key that could be shown. */
  keySearch: KeySearch | undefined;
  /** Why no answer will come from an upstream. */
  failure: Refusal | undefined;
  released: boolean;
  status: number;
  /** How it ends once its admission is durable, where the caller left or had its last word before. */
  cutAs: Outcome | undefined;
  over: boolean;
  /** Of streams; undefined for whole or encoded answers. */
  sse: SseUsage | undefined;
  encoded: boolean;
  firstByteMs: number | null;
  bodyHeldBytes: number;
};
