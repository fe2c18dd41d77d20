import { completeExchange } from './complete-exchange.ts';
import type { Exchange } from './exchange-state.ts';
import type { GateContext } from './gate-context.ts';
import { severCaller } from './release-exchange.ts';

/**
 * Ends an exchange from the gate's side: the upstream is aborted and the caller's connection cut, so that neither takes it for
 * finished. One that still waits for its admission is completed once that is known.
 */
export function cutExchange(context: GateContext, exchange: Exchange): void {
  if (exchange.over) return;
  exchange.callerGone = true;
  exchange.call?.abort();
  severCaller(exchange);
  if (exchange.admission === 'durable') completeExchange(context, exchange, 'interrupted');
}
