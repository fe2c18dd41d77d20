import { completeExchange } from './complete-exchange.ts';
import type { Exchange } from './exchange-state.ts';
import type { GateContext } from './gate-context.ts';
import { severCaller } from './release-exchange.ts';
import { sendRefusal } from './send-refusal.ts';
import { ledgerUnavailable } from './start-exchange.ts';

/**
 * Ends an exchange from the gate's side: the upstream is aborted and the caller's connection cut, so that neither takes it for
 * finished. One that still waits for its admission is completed once that is known.
 */
export function cutExchange(context: GateContext, exchange: Exchange): void {
  if (exchange.over) return;
  exchange.cutAs ??= 'interrupted';
  exchange.call?.abort();
  severCaller(exchange);
  if (exchange.admission === 'durable') completeExchange(context, exchange, 'interrupted');
}

/** Ends an exchange whose admission takes too long: its caller need not wait for a ledger that stands still, and is told so. */
export function refuseLateAdmission(context: GateContext, exchange: Exchange): void {
  const { ask } = exchange;
  const refusal = ledgerUnavailable(context.ports.appender.outage);
  exchange.cutAs = 'interrupted';
  exchange.status = refusal.status;
  exchange.failure = refusal;
  exchange.call?.abort();
  context.ports.log('error', 'exchange.admission_late', { exchange: ask.id });
  sendRefusal(context, ask.req, ask.res, ask.route.shape, refusal, ask.id);
}
