import assert from 'node:assert/strict';
import { createRoutes } from '../../../packages/server/src/gate/routes.ts';
import { texts } from '../oracles/seeds.ts';
import type { FuzzTarget } from '../target.ts';

const ALLOWED = ['/v1/files', '/v1/messages/batches', '/v1/a.b'];
const find = createRoutes(ALLOWED);

/** As whoever decodes before they normalise sees it. */
function decode(path: string): string {
  return path.replace(/%([0-7][0-9a-f])/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

function fuzz(input: Buffer): void {
  const url = input.toString('latin1');
  const route = find(url, false);
  if (route === undefined || route.kind !== 'exchange') return;
  const [path = ''] = url.split('?', 1);
  for (const seen of [path, decode(path), path.replace(/;[^/]*/g, '')]) {
    const normalised = new URL(seen.replace(/[?#]/g, '~'), 'http://upstream.invalid').pathname;
    if (route.json) assert.equal(path, route.endpoint);
    else
      assert.ok(
        normalised === route.endpoint || normalised.startsWith(`${route.endpoint}/`),
        `an upstream reads ${normalised}, which is not below ${route.endpoint}`,
      );
  }
}

export const target: FuzzTarget = {
  name: 'gate-path',
  holds:
    'A path that is passed through stays below what the operator allowed, however an upstream normalises it.',
  seeds: () =>
    texts(
      '/v1/files/abc/content?x=1',
      '/v1/files/../chat/completions',
      '/v1/files/%2e%2e/x',
      '/v1/messages/batches/b1',
      '/v1/a.b/;x/..;/',
      '/v1/files/..;a=b/x',
      '/v1/files/%252e%252e/',
      '/v1/chat/completions',
    ),
  words: ['..', '%2e', '%2f', '%5c', '%25', '/v1/files/', ';', '\\', '//'],
  fuzz,
};
