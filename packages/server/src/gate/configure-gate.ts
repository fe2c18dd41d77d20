import { isDeepStrictEqual } from 'node:util';
import type { GateContext } from './gate-context.ts';
import type { GateConfigView } from './gate-ports.ts';
import { createRoutes } from './routes.ts';
import { createUpstream } from './upstreams.ts';

/**
 * New settings for requests from now on, all in one turn. An upstream that stays as it was keeps its connections; what runs on another one
 * ends there.
 */
export function configureGate(context: GateContext, config: GateConfigView): void {
  const before = context.upstreams;
  context.ports.config = config;
  context.routes = createRoutes(config.gate.allowPaths);
  context.kept.bytesMax = config.gate.bodyMemoryBytesMax;
  context.upstreams = config.upstreams.map(
    (one) => before.find((upstream) => isDeepStrictEqual(upstream.config, one)) ?? createUpstream(one),
  );
  const gone = before.filter((upstream) => !context.upstreams.includes(upstream));
  const users = new Set(context.running);
  context.retired = [...context.retired, ...gone.map((upstream) => ({ upstream, users }))];
}

/** Closes the upstreams that nobody can use any more. */
export function closeRetired(context: GateContext): void {
  if (context.retired.length === 0) return;
  const isUsed = (users: ReadonlySet<object>): boolean =>
    [...context.running].some((exchange) => users.has(exchange));
  const [used, unused] = [
    context.retired.filter((one) => isUsed(one.users)),
    context.retired.filter((one) => !isUsed(one.users)),
  ];
  context.retired = used;
  for (const { upstream } of unused) {
    upstream.pool
      .close()
      .catch(() => context.ports.log('warn', 'upstream.not_closed', { upstream: upstream.config.name }));
  }
}
