import { type CounterValues, renderCounters } from './counters.ts';
import type { GateContext } from './gate-context.ts';
import { GATE_FAMILIES } from './gate-metrics.ts';

/** This gate's counters, with its gauges as they are now. Plain data that can be sent between threads. */
export function counterValues(context: GateContext): CounterValues {
  context.metrics.gauges(
    context.running.size,
    context.bodies.bytes,
    context.kept.bytes,
    context.connections.size,
    context.ports.appender.pendingEntries,
    context.completions.waiting,
  );
  return context.metrics.counters.values();
}

export function metricsText(context: GateContext): string {
  return renderCounters(GATE_FAMILIES, counterValues(context));
}
