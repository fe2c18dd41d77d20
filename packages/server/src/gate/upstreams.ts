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
  const patterns = config.models.map(matchModel);
  return {
    config,
    pool,
    turns: createConnectionTurns(config.connectionsMax),
    pathPrefix: url.pathname.replace(/\/+$/, ''),
    key: guardKey(config.apiKey),
    serves: (model) => patterns.some((matches) => matches(model)),
  };
}

/** A model's name, with `*` for any run of characters; no other sign is special. */
function matchModel(pattern: string): (model: string) => boolean {
  if (pattern === '*') return () => true;
  if (!pattern.includes('*')) return (model) => model === pattern;
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
