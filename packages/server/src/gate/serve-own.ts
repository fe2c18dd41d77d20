import type { ServerResponse } from 'node:http';
import type { Caller } from './authenticate.ts';
import type { GateContext } from './gate-context.ts';
import { metricsText } from './metrics-text.ts';
import { refuse } from './refusal.ts';
import type { Route } from './routes.ts';
import { sendJson } from './send-json.ts';
import { dropBody, sendRefusal } from './send-refusal.ts';
import { serveModels, type Turn } from './serve-models.ts';

/** What the gate answers itself: health, metrics, models and receipts. None of it is an exchange, so none is on the ledger. */
export function serveOwn(context: GateContext, route: Route, caller: Caller | undefined, turn: Turn): void {
  dropBody(turn.req);
  switch (route.kind) {
    case 'liveness':
      return sendJson(context, turn.res, 200, { status: 'alive' });
    case 'readiness':
      return serveReadiness(context, turn.res);
    case 'metrics':
      return settle(context, route, turn, serveMetrics(context, turn.res));
    case 'models':
    case 'model':
      return settle(context, route, turn, serveModels(context, route, turn));
    case 'receipt':
      return settle(context, route, turn, serveReceipt(context, route, caller as Caller, turn));
    case 'exchange':
      throw new Error('an exchange is not answered here');
  }
}

function settle(context: GateContext, route: Route, turn: Turn, serving: Promise<void>): void {
  serving.catch((error: unknown) => {
    context.ports.log('error', 'request.failed', {
      endpoint: route.endpoint,
      'error.type': (error as { code?: string }).code ?? (error as Error).name,
    });
    const refusal = refuse(
      500,
      'internal_error',
      'The gate failed to answer. Try again, or tell the operator.',
    );
    sendRefusal(context, turn.req, turn.res, route.shape, refusal, turn.id);
  });
}

/** Ready: the ledger takes entries, some upstream is configured, and the gate is not on its way down. */
function serveReadiness(context: GateContext, res: ServerResponse): void {
  const checks = {
    ledger: context.ports.appender.accepting && !context.completions.full,
    upstreams: context.upstreams.length > 0,
    serving: !context.draining,
  };
  const ready = checks.ledger && checks.upstreams && checks.serving;
  const { outage } = context.ports.appender;
  const why = outage === undefined ? {} : { ledger: { code: outage.code, message: outage.message } };
  const retry = ready ? {} : { 'retry-after': String(outage?.retryAfterSeconds ?? 1) };
  sendJson(context, res, ready ? 200 : 503, { status: ready ? 'ready' : 'not ready', checks, ...why }, retry);
}

async function serveMetrics(context: GateContext, res: ServerResponse): Promise<void> {
  const text = await (context.ports.metricsText?.() ?? metricsText(context));
  res.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  res.end(text);
}

const INDEX = /^(?:0|[1-9]\d{0,15})$/;

/** A caller's own receipt. Whatever is not theirs does not exist for them. */
async function serveReceipt(context: GateContext, route: Route, caller: Caller, turn: Turn): Promise<void> {
  const index = (route.rest ?? '').split('?', 1)[0] ?? '';
  const found = INDEX.test(index)
    ? await context.ports.receipts.receipt(caller.account.account, Number(index))
    : { kind: 'absent' as const };
  if (found.kind === 'receipt') return sendJson(context, turn.res, 200, found.json);
  if (found.kind === 'pending') {
    const message = 'The entry is durable and will be published in a moment; ask again.';
    return sendJson(
      context,
      turn.res,
      202,
      { status: 'pending', code: 'receipt_pending', message },
      { 'retry-after': '1' },
    );
  }
  const refusal = refuse(404, 'receipt_not_found', 'There is no such receipt for this account.');
  return sendRefusal(context, turn.req, turn.res, route.shape, refusal, turn.id);
}
