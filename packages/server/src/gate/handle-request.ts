import type { IncomingMessage, ServerResponse } from 'node:http';
import { authenticate, type Caller, findCaller } from './authenticate.ts';
import { checkStanding, effectiveLimits } from './check-standing.ts';
import { dropExchange } from './complete-exchange.ts';
import type { GateContext } from './gate-context.ts';
import { refuseExtras, refuseQueryExtras, stripExtras } from './plain-request.ts';
import { type ReadRequest, readRequest } from './read-request.ts';
import { receiveBody } from './receive-body.ts';
import { type Refusal, refuse } from './refusal.ts';
import { refuseOverBudget } from './refuse-over-budget.ts';
import type { ApiShape, Route } from './routes.ts';
import { sendRefusal } from './send-refusal.ts';
import { serveOwn } from './serve-own.ts';
import { ledgerUnavailable, startExchange } from './start-exchange.ts';
import { nameModel, selectUpstreams } from './upstreams.ts';
import { estimateInput } from './usage/count-usage.ts';

/** What is reserved for each answer whose caller set no limit; what really came is settled after it. See docs/operating.md. */
const OUTPUT_TOKENS_RESERVED = 1024;
/** No model answers with as much; what is asked for beyond it would only overflow the counters. */
const TOKENS_RESERVED_MAX = 1e9;

type Incoming = {
  readonly context: GateContext;
  readonly id: string;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly route: Route;
  /** Looked up again after every wait for the caller: for its body, and for the delay of standing `slow`. */
  caller: Caller;
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
  const caller = authenticate(req, context.ports.snapshot);
  if ('code' in caller) return turnAway(caller);
  const incoming: Incoming = { context, id, req, res, route, caller };
  if (route.kind !== 'exchange') {
    const refused = route.kind === 'receipt' ? undefined : checkModels(incoming);
    if (refused !== undefined) return refuseCaller(incoming, refused);
    return serveOwn(context, route, caller, { id, req, res });
  }
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

/** The list of models is for accounts that may use them, and each look a request. Receipts are for all, also after the end. */
function checkModels({ context, route, caller: { account } }: Incoming): Refusal | undefined {
  const { config } = context.ports;
  const refusal = checkStanding(account, config.contact);
  if (refusal !== undefined) return refusal;
  const { requestsPerMinute } = effectiveLimits(account, config.limits, config.standing.slow);
  const limits = requestsPerMinute === undefined ? {} : { requestsPerMinute };
  const reserved = context.budgets.reserve(account.slot, limits, 0, context.budgetClock());
  return 'budget' in reserved ? refuseOverBudget(route.shape, reserved, limits) : undefined;
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
  if (!ports.appender.accepting || context.completions.full) return ledgerUnavailable(ports.appender.outage);
  return undefined;
}

function onBody(incoming: Incoming, received: Buffer): void {
  const refusal = lookAgain(incoming);
  if (refusal !== undefined) return giveBack(incoming, received, refusal);
  const { delayMs } = incoming.context.ports.config.standing.slow;
  if (incoming.caller.account.standing === 'slow' && delayMs > 0) delay(incoming, received, delayMs);
  else begin(incoming, received);
}

/** The caller takes its time over a body, and what was decided about it meanwhile holds for this request, too. */
function lookAgain(incoming: Incoming): Refusal | undefined {
  const { snapshot, config } = incoming.context.ports;
  const caller = findCaller(incoming.caller.sha256, snapshot);
  if ('code' in caller) return caller;
  incoming.caller = caller;
  return checkStanding(caller.account, config.contact);
}

function giveBack(incoming: Incoming, received: Buffer, refusal: Refusal): void {
  incoming.context.bodies.bytes -= received.length;
  refuseCaller(incoming, refusal);
}

/** Holds a request of a slowed account back; it leaves memory if its caller leaves. */
function delay(incoming: Incoming, received: Buffer, delayMs: number): void {
  const { context, res } = incoming;
  const onClose = (): void => {
    clearTimeout(timer);
    context.bodies.bytes -= received.length;
  };
  const onDelayed = (): void => {
    const refusal = lookAgain(incoming);
    if (refusal === undefined) begin(incoming, received);
    else giveBack(incoming, received, refusal);
  };
  const timer = setTimeout(() => {
    res.off('close', onClose);
    guard(incoming, received, onDelayed);
  }, delayMs);
  res.once('close', onClose);
}

/** Nothing waits between here and the start of the exchange, so all of it is judged by one state of the account. */
function begin(incoming: Incoming, received: Buffer): void {
  const { context, id, req, res, route, caller } = incoming;
  const { config } = context.ports;
  if (context.draining) return giveBack(incoming, received, refuseDraining());
  const plain = caller.account.standing === 'plain';
  const request = readRequest(route, req.headers['content-type'], received, plain);
  if ('code' in request) return giveBack(incoming, received, request);
  const order = selectUpstreams(context.upstreams, route, request.model);
  if (order.length === 0) return giveBack(incoming, received, unknownModel(request.model));
  const sent = plain ? makePlain(incoming, received, request.body) : received;
  if (!Buffer.isBuffer(sent)) return giveBack(incoming, received, sent);
  const limits = effectiveLimits(caller.account, config.limits, config.standing.slow);
  const tokens = tokensToReserve(route, request, sent);
  // From here on the exchange, or its refusal, gives the body's memory back.
  const reserved = context.budgets.reserve(caller.account.slot, limits, tokens, context.budgetClock());
  if ('budget' in reserved) {
    return giveBack(incoming, received, refuseOverBudget(route.shape, reserved, limits));
  }
  const modelName = nameModel(order, request.model);
  startExchange(
    context,
    { id, req, res, route, caller, request, modelName, received, sent },
    reserved,
    order,
  );
}

/** What the request may cost, as far as it says. Settled with what it did cost at the end. */
function tokensToReserve(route: Route, request: ReadRequest, sent: Buffer): number {
  if (!route.json || route.operation === 'count_tokens') return 0;
  const { answers, outputTokensMax } = request.limits;
  const outputTokens =
    route.operation === 'embeddings' ? 0 : answers * (outputTokensMax ?? OUTPUT_TOKENS_RESERVED);
  return Math.min(estimateInput({ sent, request }) + outputTokens, TOKENS_RESERVED_MAX);
}

/** What may go to the upstream of a request in standing `plain`. */
function makePlain(
  { context, req }: Incoming,
  received: Buffer,
  body: ReadRequest['body'],
): Buffer | Refusal {
  const { standing, contact } = context.ports.config;
  const asked = refuseQueryExtras(req.url ?? '', contact);
  if (asked !== undefined || body === null) return asked ?? received;
  if (standing.plain === 'strip') return stripExtras(received, body);
  return refuseExtras(body, contact) ?? received;
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
