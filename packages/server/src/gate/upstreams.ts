import { Pool } from 'undici';
import type { UpstreamConfig } from '../config/config.ts';
import { type ConnectionTurns, createConnectionTurns } from './connection-turns.ts';
import { type GuardedKey, guardKey } from './key-search.ts';
import type { Route } from './routes.ts';

export type Upstream = {
  readonly config: UpstreamConfig;
  readonly pool: Pool;
  /** Asked before the pool, whose own queue keeps what was given up. */
  readonly turns: ConnectionTurns;
  /** What stands before `/v1` in its paths. */
  readonly pathPrefix: string;
  /** Its key, where that is a secret: no answer of the upstream may show it. */
  readonly key: GuardedKey | undefined;
  serves(model: string): boolean;
  /** What of its configuration serves the model: its name, or else the pattern that it matches; undefined where nothing does. */
  servedAs(model: string): string | undefined;
};

/** Longer than the idle time of a pause between two bursts, shorter than what load balancers in front of APIs allow. */
const KEEP_ALIVE_MS = 30_000;
const RESPONSE_HEADER_BYTES_MAX = 65_536;

export function createUpstream(config: UpstreamConfig): Upstream {
  const url = new URL(config.baseUrl);
  const pool = new Pool(url.origin, {
    connections: config.connectionsMax,
    connectTimeout: config.connectTimeoutMs,
    headersTimeout: config.headersTimeoutMs,
    bodyTimeout: config.idleTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: RESPONSE_HEADER_BYTES_MAX,
    pipelining: 1,
    allowH2: false,
  });
  const names = new Set(config.models.filter((name) => !name.includes('*')));
  const patterns = config.models
    .filter((pattern) => pattern.includes('*'))
    .map((pattern) => ({ pattern, matches: matchModel(pattern) }));
  const servedAs = (model: string): string | undefined =>
    names.has(model) ? model : patterns.find(({ matches }) => matches(model))?.pattern;
  return {
    config,
    pool,
    turns: createConnectionTurns(config.connectionsMax),
    pathPrefix: url.pathname.replace(/\/+$/, ''),
    key: guardKey(config.apiKey),
    serves: (model) => servedAs(model) !== undefined,
    servedAs,
  };
}

/** A model's name, with `*` for any run of characters; no other sign is special. */
function matchModel(pattern: string): (model: string) => boolean {
  if (pattern === '*') return () => true;
  const source = pattern
    .split(/\*+/)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  const expression = new RegExp(`^${source}$`, 's');
  return (model) => expression.test(model);
}

/** The upstreams that speak the endpoint's API and serve the model, in the operator's order. */
export function selectUpstreams(
  upstreams: readonly Upstream[],
  route: Pick<Route, 'shape'>,
  model: string | null,
): Upstream[] {
  return upstreams.filter(
    (upstream) => upstream.config.shape === route.shape && (model === null || upstream.serves(model)),
  );
}

/**
 * A model as metrics and logs name it. Where only a wildcard knows it, that stands for it: the name is then what a caller wrote, and
 * neither metrics nor logs hold text of callers.
 * @param order what serves it
 */
export function nameModel(order: readonly Upstream[], model: string | null): string {
  if (model === null) return '';
  const served = order.map((upstream) => upstream.servedAs(model) ?? '');
  return served.includes(model) ? model : (served[0] ?? '');
}
