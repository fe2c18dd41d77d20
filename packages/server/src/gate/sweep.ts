import type { GateContext } from './gate-context.ts';
import { cutExchange } from './cut-exchange.ts';

const SWEEP_MS = 100;
const REFUSALS_MS = 1_000;
/** A caller who reads nothing of an answer for this long, although bytes wait, is cut. */
export const UNREAD_TIMEOUT_MS = 300_000;

/** One timer for all time-outs of a gate, in place of several for each exchange. @returns what stops it */
export function startSweeps(context: GateContext): () => void {
  const sweep = setInterval(() => sweepOnce(context), SWEEP_MS);
  const flush = setInterval(() => void context.refusals.flush(), REFUSALS_MS);
  sweep.unref();
  flush.unref();
  return () => {
    clearInterval(sweep);
    clearInterval(flush);
  };
}

function sweepOnce(context: GateContext): void {
  const { clock, config } = context.ports;
  const nowMs = clock.monotonic();
  for (const receiving of context.receiving) {
    if (nowMs - receiving.lastMs > config.gate.bodyIdleTimeoutMs) receiving.timeOut();
  }
  for (const exchange of context.running) {
    exchange.call?.sweep(nowMs);
    if (exchange.pausedMs > 0 && nowMs - exchange.pausedMs > UNREAD_TIMEOUT_MS) {
      cutExchange(context, exchange, 'aborted');
    }
  }
}
