import type { IncomingMessage, ServerResponse } from 'node:http';
import { authenticate, type Caller } from './authenticate.ts';
import type { OverBudget } from './budgets.ts';
import { checkStanding, effectiveLimits } from './check-standing.ts';
import { dropExchange } from './complete-exchange.ts';
import type { GateContext } from './gate-context.ts';
import { refuseExtras, stripExtras } from './plain-request.ts';
import { type ReadRequest, readRequest } from './read-request.ts';
import { receiveBody } from './receive-body.ts';
import { type Refusal, refuse } from './refusal.ts';
import { refuseOverBudget } from './refuse-over-budget.ts';
import type { ApiShape, Route } from './routes.ts';
import { sendRefusal } from './send-refusal.ts';
import { serveOwn } from './serve-own.ts';
import { ledgerUnavailable, startExchange } from './start-exchange.ts';
import { selectUpstreams, type Upstream } from './upstreams.ts';
import { estimateTokens } from './usage/count-usage.ts';

/** What is reserved for an answer whose caller set no limit; what really came is settled after it. */
export const OUTPUT_TOKENS_RESERVED = 1024;

type Incoming = {
  readonly context: GateContext;
  readonly id: string;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly route: Route;
  readonly caller: Caller;
};

/** One request from its headers on: who, whether, what; then the exchange starts. */
export function handleRequest(context: GateContext, req: IncomingMessage, res: ServerResponse): void {
  const id = context.random.id();
  const anthropic = req.headers['anthropic-version'] !== undefined;
  const route = context.routes(req.url ?? '', anthropic);
  const shape: ApiShape = route?.shape ?? (anthropic ? 'anthropic' : 'openai');
  const turnAway = (refusal: Refusal): void => sendRefusal(context, req, res, shape, refusal, id);
  // RFC 9112, section 3.2.
  if (req.headers.host === undefined && req.httpVersion !== '1.0') {
    return turnAway(refuse(400, 'malformed_http', 'An HTTP/1.1 request needs a host header.'));
  }
  if (route === undefined) {
    return turnAway(
      refuse(
        404,
        'not_found',
        'There is no such path here. The gate serves /v1/chat/completions, /v1/responses, /v1/messages, /v1/embeddings, /v1/completions and /v1/models.',
      ),
    );
  }
  if (!route.methods.split(', ').includes(req.method ?? '')) {
    return turnAway({
      ...refuse(405, 'method_not_allowed', `${route.endpoint} takes ${route.methods}.`),
      headers: { allow: route.methods },
    });
  }
  if (route.kind === 'liveness' || route.kind === 'readiness' || route.kind === 'metrics') {
    return serveOwn(context, route, undefined, { id, req, res });
  }
  const caller = authenticate(req.headers, context.ports.snapshot);
  if ('code' in caller) return turnAway(caller);
  if (route.kind !== 'exchange') return serveOwn(context, route, caller, { id, req, res });
  const incoming: Incoming = { context, id, req, res, route, caller };
  const refusal = checkBeforeBody(incoming);
  if (refusal !== undefined) return refuseCaller(incoming, refusal);
  receiveBody(context, req, res, (result) => {
    if (!Buffer.isBuffer(result)) return refuseCaller(incoming, result);
    guard(incoming, result, () => onBody(incoming, result));
  });
}

/** A mistake in the gate costs the request it happened in, not the thread and all that runs in it. */
function guard(incoming: Incoming, received: Buffer, act: () => void): void {
  const { context, id, req, res, route } = incoming;
  try {
    act();
  } catch (error) {
    context.ports.log('error', 'request.failed', { exchange: id, 'error.type': (error as Error).name });
    const refusal = refuse(500, 'internal_error', 'The gate failed on this request. Tell the operator.');
    const started = [...context.running].find((exchange) => exchange.ask.id === id);
    if (started !== undefined) return dropExchange(context, started, refusal);
    context.bodies.bytes -= received.length;
    sendRefusal(context, req, res, route.shape, refusal, id);
  }
}

/** A refusal of a known account is told and, in sum, recorded. */
function refuseCaller(incoming: Incoming, refusal: Refusal): void {
  const { context, req, res, route, caller, id } = incoming;
  context.refusals.add(caller, route.endpoint, refusal);
  sendRefusal(context, req, res, route.shape, refusal, id);
}

function checkBeforeBody({ context, req, caller }: Incoming): Refusal | undefined {
  const { ports } = context;
  const encoding = req.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    return refuse(
      415,
      'unsupported_encoding',
      'Request bodies must not be compressed; leave content-encoding out.',
    );
  }
  if (req.headers.expect !== undefined && req.headers.expect.toLowerCase() !== '100-continue') {
    return refuse(417, 'expectation_failed', 'Only "expect: 100-continue" is known.');
  }
  if (context.draining) return refuseDraining();
  const refusal = checkStanding(caller.account, ports.config.contact);
  if (refusal !== undefined) return refusal;
  const { exchangesMax } = ports.config.gate;
  if (context.running.size >= exchangesMax) {
    return {
      ...refuse(
        503,
        'gate_overloaded',
        `The gate runs ${exchangesMax} exchanges, as many as it may. Try again soon.`,
      ),
      headers: { 'retry-after': '1' },
    };
  }
  if (!ports.appender.accepting || context.completions.full) return ledgerUnavailable();
  return undefined;
}

function onBody(incoming: Incoming, received: Buffer): void {
  const { context, req, route, caller } = incoming;
  const giveBack = (refusal: Refusal): void => {
    context.bodies.bytes -= received.length;
    refuseCaller(incoming, refusal);
  };
  const request = readRequest(route, req.headers['content-type'], received);
  if ('code' in request) return giveBack(request);
  const order = selectUpstreams(context.upstreams, route, request.model);
  if (order.length === 0) return giveBack(unknownModel(request.model));
  const { standing, contact } = context.ports.config;
  let sent = received;
  if (caller.account.standing === 'plain' && request.body !== null) {
    const refusal = standing.plain === 'refuse' ? refuseExtras(request.body, contact) : undefined;
    if (refusal !== undefined) return giveBack(refusal);
    sent = stripExtras(request.body) ?? received;
  }
  const go = (): void => begin(incoming, request, received, sent, order, giveBack);
  if (caller.account.standing === 'slow' && standing.slow.delayMs > 0) delay(incoming, received, go);
  else go();
}

/** Holds a request of a slowed account back; it leaves memory if its caller leaves. */
function delay(incoming: Incoming, received: Buffer, go: () => void): void {
  const { context, res } = incoming;
  const onClose = (): void => {
    clearTimeout(timer);
    context.bodies.bytes -= received.length;
  };
  const timer = setTimeout(() => {
    res.off('close', onClose);
    guard(incoming, received, go);
  }, context.ports.config.standing.slow.delayMs);
  res.once('close', onClose);
}

function begin(
  incoming: Incoming,
  request: ReadRequest,
  received: Buffer,
  sent: Buffer,
  order: readonly Upstream[],
  giveBack: (refusal: Refusal) => void,
): void {
  const { context, id, req, res, route, caller } = incoming;
  const { ports } = context;
  if (context.draining) return giveBack(refuseDraining());
  const limits = effectiveLimits(caller.account, ports.config.limits, ports.config.standing.slow);
  const generates = route.json && route.operation !== 'count_tokens';
  const outputTokens =
    route.operation === 'embeddings' ? 0 : (request.outputTokensMax ?? OUTPUT_TOKENS_RESERVED);
  const tokens = generates ? estimateTokens(sent.length) + outputTokens : 0;
  // From here on the exchange, or its refusal, gives the body's memory back.
  const reserved = context.budgets.reserve(caller.account.slot, limits, tokens, ports.clock.now());
  if ('budget' in reserved)
    return giveBack(refuseOverBudget(route.shape, reserved satisfies OverBudget, limits));
  startExchange(context, { id, req, res, route, caller, request, received, sent }, reserved, order);
}

function refuseDraining(): Refusal {
  return {
    ...refuse(
      503,
      'gate_draining',
      'The gate is shutting down and takes nothing new. Try again in a moment.',
    ),
    headers: { 'retry-after': '1' },
  };
}

function unknownModel(model: string | null): Refusal {
  const named = model === null ? 'for this path' : `'${model}'`;
  return refuse(
    404,
    'model_not_found',
    `The model ${named} is not served here; ask GET /v1/models.`,
    'model',
  );
}
