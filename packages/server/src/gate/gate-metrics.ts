import { OUTCOMES, type Outcome } from '@portcullis/record';
import { type Counters, createCounters, type Family, label } from './counters.ts';
import type { Exchange } from './exchange-state.ts';
import type { Refusal } from './refusal.ts';
import type { CountedUsage } from './usage/count-usage.ts';

// Names and buckets follow the OpenTelemetry GenAI conventions (gen-ai-metrics), spelt as Prometheus spells them: dots become
// underscores and the unit stands at the end. No label holds an account, a key or text that a caller chose: models are named
// as the configuration names them.

const SECONDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const FIRST_SECONDS = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const TOKENS = [
  1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864,
];

const DURATION: Family = {
  name: 'gen_ai_server_request_duration_seconds',
  kind: 'histogram',
  help: 'gen_ai.server.request.duration: from admission to the last byte',
  buckets: SECONDS,
};
const FIRST_TOKEN: Family = {
  name: 'gen_ai_server_time_to_first_token_seconds',
  kind: 'histogram',
  help: 'gen_ai.server.time_to_first_token: from admission to the first byte of a body',
  buckets: FIRST_SECONDS,
};
const USAGE: Family = {
  name: 'gen_ai_client_token_usage',
  kind: 'histogram',
  help: 'gen_ai.client.token.usage: tokens of an exchange',
  buckets: TOKENS,
};
const EXCHANGES: Family = {
  name: 'portcullis_exchanges_total',
  kind: 'counter',
  help: 'Exchanges on the ledger by how they ended',
};
const REFUSED: Family = {
  name: 'portcullis_refusals_total',
  kind: 'counter',
  help: 'Requests the gate itself answered with an error, by code',
};
const ATTEMPTS: Family = {
  name: 'portcullis_upstream_attempts_total',
  kind: 'counter',
  help: 'Calls to upstreams, further tries included',
};
const NOT_ADMITTED: Family = {
  name: 'portcullis_not_admitted_total',
  kind: 'counter',
  help: 'Exchanges whose admission the ledger refused; nothing of them was released',
};
const LOST: Family = {
  name: 'portcullis_completions_lost_total',
  kind: 'counter',
  help: 'Ends of exchanges that the ledger refused for good',
};
const GAUGES = [
  ['portcullis_exchanges_running', 'Exchanges that run now'],
  ['portcullis_request_bodies_bytes', 'Request bodies in memory'],
  ['portcullis_kept_responses_bytes', 'Kept answers in memory'],
  ['portcullis_caller_connections', 'Open connections of callers'],
  ['portcullis_ledger_pending_entries', 'Entries that wait for durability'],
  ['portcullis_completions_waiting', 'Ends of exchanges that wait for the ledger to take them'],
].map(([name, help]) => ({ name, help, kind: 'gauge' }) as Family);

export const GATE_FAMILIES: readonly Family[] = [
  DURATION,
  FIRST_TOKEN,
  USAGE,
  EXCHANGES,
  REFUSED,
  ATTEMPTS,
  NOT_ADMITTED,
  LOST,
  ...GAUGES,
];

export type GateMetrics = {
  readonly counters: Counters;
  exchange(exchange: Exchange, outcome: Outcome, usage: CountedUsage, durationMs: number): void;
  /** One call to an upstream begins. */
  attempt(upstream: string): void;
  refused(refusal: Refusal): void;
  ledgerRefused(): void;
  completionLost(): void;
  /** In the order of {@link GATE_FAMILIES}' gauges. */
  gauges(...values: readonly number[]): void;
};

export function createGateMetrics(): GateMetrics {
  const counters = createCounters();
  const labelsOf = createLabels();
  // Alarms watch how these grow, and the growth from nothing at all to one is none.
  for (const alarm of [NOT_ADMITTED, LOST]) counters.add(alarm, '', 0);
  return {
    counters,
    exchange(exchange, outcome, usage, durationMs) {
      const { ask } = exchange;
      const labels = labelsOf(ask.route.operation, ask.route.shape, ask.modelName);
      const error = outcome === 'complete' ? '' : `,error_type="${exchange.failure?.code ?? outcome}"`;
      counters.observe(DURATION, error === '' ? labels.all : labels.all + error, durationMs / 1000);
      if (exchange.firstByteMs !== null)
        counters.observe(FIRST_TOKEN, labels.all, exchange.firstByteMs / 1000);
      if (usage.source !== 'none') {
        counters.observe(USAGE, labels.input, usage.inputTokens);
        counters.observe(USAGE, labels.output, usage.outputTokens);
      }
      counters.add(EXCHANGES, OUTCOME_LABELS[outcome], 1);
    },
    attempt: (upstream) => counters.add(ATTEMPTS, label('upstream', upstream), 1),
    refused: (refusal) => counters.add(REFUSED, `code="${refusal.code}",status="${refusal.status}"`, 1),
    ledgerRefused: () => counters.add(NOT_ADMITTED, '', 1),
    completionLost: () => counters.add(LOST, '', 1),
    gauges: (...values) => values.forEach((value, i) => counters.set(GAUGES[i] as Family, '', value)),
  };
}

const OUTCOME_LABELS = Object.fromEntries(
  OUTCOMES.map((outcome) => [outcome, `outcome="${outcome}"`]),
) as Readonly<Record<Outcome, string>>;

/** Of one model: alone, and with the two types of tokens. */
type Labels = { readonly all: string; readonly input: string; readonly output: string };

/** Label texts, made once for each model, as a text that is made anew must be hashed anew. */
function createLabels(): (operation: string, provider: string, model: string) => Labels {
  const made = new Map<string, Labels>();
  return (operation, provider, model) => {
    const name = `${operation}\0${provider}\0${model}`;
    let labels = made.get(name);
    if (labels === undefined) {
      const all = [
        label('gen_ai_operation_name', operation),
        label('gen_ai_provider_name', provider),
        label('gen_ai_request_model', model),
      ].join(',');
      const ofType = (type: string): string => `${all},gen_ai_token_type="${type}"`;
      labels = { all, input: ofType('input'), output: ofType('output') };
      made.set(name, labels);
    }
    return labels;
  };
}
