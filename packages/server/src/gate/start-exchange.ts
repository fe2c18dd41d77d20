import { hash } from 'node:crypto';
import { commit, createEntry, deriveSalt, RecordError } from '@portcullis/record';
import { base64Of } from './base64-of.ts';
import type { AppendItem, Appended, Outage } from '../ledger/appender.ts';
import { ServerError } from '../server-error.ts';
import type { Reservation } from './budgets.ts';
import { type CallFailure, callUpstream } from './call-upstream.ts';
import { completeExchange, dropExchange } from './complete-exchange.ts';
import type { Ask, Exchange } from './exchange-state.ts';
import type { GateContext } from './gate-context.ts';
import { createKeptResponse } from './kept-response.ts';
import { type Refusal, refuse } from './refusal.ts';
import { passData, passEnd, passFailure, passHead, release, releaseFailure } from './release-exchange.ts';
import type { Upstream } from './upstreams.ts';

/**
 * Record before release: the admission goes to the ledger at the same moment as the call to the upstream starts; whatever comes
 * back waits until the admission is durable. If it is refused, the call is aborted and nothing is released.
 */
export function startExchange(
  context: GateContext,
  ask: Ask,
  reservation: Reservation,
  order: readonly Upstream[],
): void {
  const { ports } = context;
  const exchange: Exchange = {
    ask,
    startedMs: ports.clock.monotonic(),
    reservation,
    response: createKeptResponse(context.kept, ports.config.vault.responseBytesMax),
    call: undefined,
    admission: 'waiting',
    index: -1,
    leafHash: '',
    head: undefined,
    controller: undefined,
    ended: false,
    heldError: undefined,
    keySearch: undefined,
    failure: undefined,
    released: false,
    status: 0,
    cutAs: undefined,
    over: false,
    sse: undefined,
    encoded: false,
    firstByteMs: null,
    bodyHeldBytes: ask.received.length,
  };
  context.running.add(exchange);
  ask.res.once('close', () => onCallerClose(context, exchange));
  admit(context, exchange);
  if (exchange.admission !== 'refused') startCall(context, exchange, order);
}

function startCall(context: GateContext, exchange: Exchange, order: readonly Upstream[]): void {
  const { req, route, sent } = exchange.ask;
  const { clock } = context.ports;
  exchange.call = callUpstream(
    order,
    {
      method: req.method ?? 'POST',
      path: req.url ?? route.endpoint,
      rawHeaders: req.rawHeaders,
      connection: req.headers.connection,
      body: sent.length === 0 ? null : sent,
    },
    {
      attempt: (upstream) => context.metrics.attempt(upstream),
      head: (status, headers, controller) => passHead(context, exchange, status, headers, controller),
      data: (chunk) => passData(context, exchange, chunk),
      end: () => passEnd(context, exchange),
      failed: (failure) => passFailure(context, exchange, describeFailure(failure)),
    },
    { random: context.random, nowMs: () => clock.monotonic(), bodies: context.bodies },
  );
}

function admit(context: GateContext, exchange: Exchange): void {
  let appending: Promise<Appended>;
  try {
    appending = context.ports.appender.append(admission(context, exchange.ask));
  } catch (error) {
    onNotAdmitted(context, exchange, error);
    return;
  }
  appending.then(
    (appended) => onAdmitted(context, exchange, appended),
    (error: unknown) => onNotAdmitted(context, exchange, error),
  );
}

/** The entry, with commitments to the request and to where it came from, and what opens them for the vault. */
function admission(context: GateContext, ask: Ask): AppendItem {
  const { req, caller, request, received } = ask;
  const { ports } = context;
  const seed = context.random.seed();
  const network = Buffer.from(
    JSON.stringify({
      ip: req.socket.remoteAddress ?? null,
      user_agent: req.headers['user-agent']?.slice(0, 512) ?? null,
    }),
  );
  const commitTo = (field: string, value: Uint8Array): string =>
    base64Of(commit(`exchange.admitted/${field}`, deriveSalt(seed, field), value));
  const entry = createEntry('exchange.admitted', ports.clock.now(), {
    exchange: ask.id,
    account: caller.account.account,
    key: caller.key.key,
    endpoint: ask.route.endpoint,
    model: request.model,
    stream: request.stream,
    standing: caller.account.standing,
    request_bytes: received.length,
    commitments: {
      request_sha256: commitTo('request_sha256', Buffer.from(hash('sha256', received, 'hex'), 'hex')),
      network: commitTo('network', network),
    },
  });
  const content = ports.seal(caller.account.vaultKey, `exchange.admitted/${ask.id}`, {
    seed,
    parts: { request: received, network },
  });
  return { entry, content };
}

function onAdmitted(context: GateContext, exchange: Exchange, appended: Appended): void {
  exchange.admission = 'durable';
  exchange.index = appended.index;
  exchange.leafHash = Buffer.from(appended.leafHash).toString('hex');
  if (exchange.cutAs !== undefined) completeExchange(context, exchange, exchange.cutAs);
  else if (exchange.failure !== undefined) releaseFailure(context, exchange, exchange.failure);
  else if (exchange.head !== undefined) release(context, exchange);
}

function onNotAdmitted(context: GateContext, exchange: Exchange, error: unknown): void {
  exchange.admission = 'refused';
  exchange.call?.abort();
  context.metrics.ledgerRefused();
  const cause = error instanceof ServerError || error instanceof RecordError ? error.code : 'ledger-refused';
  context.ports.log('error', 'exchange.not_admitted', { exchange: exchange.ask.id, 'error.type': cause });
  dropExchange(context, exchange, ledgerUnavailable(context.ports.appender.outage));
}

export function ledgerUnavailable(outage: Outage | undefined): Refusal {
  return {
    ...refuse(
      503,
      'ledger_unavailable',
      'The ledger can not take an entry now, and no answer is released unrecorded. Try again later.',
    ),
    headers: { 'retry-after': String(outage?.retryAfterSeconds ?? 1) },
  };
}

function onCallerClose(context: GateContext, exchange: Exchange): void {
  exchange.ask.res.removeAllListeners('drain');
  if (exchange.over) return;
  exchange.cutAs ??= 'aborted';
  exchange.call?.abort();
  if (exchange.admission === 'durable') completeExchange(context, exchange, 'aborted');
}

function describeFailure(failure: CallFailure): Refusal {
  switch (failure) {
    case 'timeout':
      return refuse(504, 'upstream_timeout', 'The model API did not answer in time. Try again later.');
    case 'credentials':
      return refuse(
        502,
        'upstream_credentials',
        "The model API refused the gate's own access. Tell the operator.",
      );
    case 'broken':
      return refuse(502, 'upstream_broken', 'The model API answered with something that is not valid HTTP.');
    case 'unreachable':
      return refuse(502, 'upstream_unreachable', 'The model API can not be reached. Try again later.');
  }
}
