import { commit, createEntry, deriveSalt, type Outcome } from '@portcullis/record';
import type { AppendItem } from '../ledger/appender.ts';
import { base64Of } from './base64-of.ts';
import type { Exchange } from './exchange-state.ts';
import type { GateContext } from './gate-context.ts';
import type { Refusal } from './refusal.ts';
import { sendRefusal } from './send-refusal.ts';
import { type CountedUsage, countUsage } from './usage/count-usage.ts';

/** The end of an exchange that is on the ledger: usage is settled and `exchange.completed` appended. Only the first call counts. */
export function completeExchange(context: GateContext, exchange: Exchange, outcome: Outcome): void {
  if (exchange.over) return;
  const { ports } = context;
  const durationMs = ports.clock.monotonic() - exchange.startedMs;
  const usage = countUsage(exchange, outcome);
  const { keptBytes } = exchange.response;
  context.budgets.settle(exchange.reservation, usage.inputTokens + usage.outputTokens, context.budgetClock());
  try {
    context.completions.append(completion(context, exchange, outcome, usage, durationMs), keptBytes);
  } catch (error) {
    context.metrics.completionLost();
    ports.log('error', 'exchange.completion_lost', {
      exchange: exchange.ask.id,
      'error.type': (error as { code?: string }).code ?? (error as Error).name,
    });
  }
  end(context, exchange);
  context.metrics.exchange(exchange, outcome, usage, durationMs);
  logExchange(context, exchange, outcome, usage, durationMs);
}

/** The end of an exchange that never got on the ledger. */
export function dropExchange(context: GateContext, exchange: Exchange, refusal: Refusal): void {
  if (exchange.over) return;
  const { ask } = exchange;
  end(context, exchange);
  context.budgets.cancel(exchange.reservation, context.budgetClock());
  if (exchange.cutAs === undefined) sendRefusal(context, ask.req, ask.res, ask.route.shape, refusal, ask.id);
}

function end(context: GateContext, exchange: Exchange): void {
  exchange.over = true;
  context.running.delete(exchange);
  context.bodies.bytes -= exchange.bodyHeldBytes;
  exchange.bodyHeldBytes = 0;
  exchange.response.release();
}

function completion(
  context: GateContext,
  exchange: Exchange,
  outcome: Outcome,
  usage: CountedUsage,
  durationMs: number,
): AppendItem {
  const { ask, response, call } = exchange;
  const { account } = ask.caller;
  const kept = response.kept();
  const answered = response.totalBytes > 0;
  const seed = context.random.seed();
  const entry = createEntry('exchange.completed', context.ports.clock.now(), {
    exchange: ask.id,
    account: account.account,
    admitted: exchange.index,
    outcome,
    status: exchange.status,
    upstream: call?.upstream ?? null,
    attempts: Math.min(call?.attempts ?? 0, 100),
    usage: {
      input_tokens: usage.inputTokens,
      output_tokens: usage.outputTokens,
      source: usage.source,
    },
    response_bytes: response.totalBytes,
    response_kept_bytes: kept.length,
    first_byte_ms: exchange.firstByteMs === null ? null : Math.round(exchange.firstByteMs),
    duration_ms: Math.round(durationMs),
    commitments: answered
      ? {
          response_sha256: base64Of(
            commit(
              'exchange.completed/response_sha256',
              deriveSalt(seed, 'response_sha256'),
              response.sha256(),
            ),
          ),
        }
      : {},
  });
  if (!answered) return { entry };
  const content = context.ports.seal(account.vaultKey, `exchange.completed/${ask.id}`, {
    seed,
    parts: { response: kept },
  });
  return { entry, content };
}

function logExchange(
  context: GateContext,
  exchange: Exchange,
  outcome: Outcome,
  usage: CountedUsage,
  durationMs: number,
): void {
  const { ask } = exchange;
  context.ports.log(outcome === 'upstream_error' ? 'warn' : 'debug', 'exchange.completed', {
    exchange: ask.id,
    account: ask.caller.account.account,
    entry: exchange.index,
    outcome,
    upstream: exchange.call?.upstream ?? null,
    'error.type': exchange.failure?.code ?? null,
    'gen_ai.operation.name': ask.route.operation,
    'gen_ai.provider.name': ask.route.shape,
    'gen_ai.request.model': ask.modelName,
    'gen_ai.usage.input_tokens': usage.inputTokens,
    'gen_ai.usage.output_tokens': usage.outputTokens,
    'http.response.status_code': exchange.status,
    duration_ms: Math.round(durationMs),
  });
}
