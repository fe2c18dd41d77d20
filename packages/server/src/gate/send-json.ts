import type { ServerResponse } from 'node:http';
import type { GateContext } from './gate-context.ts';

/** Answers with JSON; a string is sent as it is. */
export function sendJson(
  context: GateContext,
  res: ServerResponse,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = typeof value === 'string' ? value : JSON.stringify(value);
  if (res.headersSent || res.destroyed) return;
  res.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...headers,
    ...(context.draining ? { connection: 'close' } : {}),
  });
  res.end(body);
}
