import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type BodyFields, checkBody } from '../../../packages/server/src/admin/body-fields.ts';
import { matchRoute, ROUTES } from '../../../packages/server/src/admin/routes.ts';
import { ServerError } from '../../../packages/server/src/server-error.ts';
import { outcomeOf } from '../oracles/outcome.ts';
import { choosing, texts } from '../oracles/seeds.ts';
import type { FuzzTarget } from '../target.ts';

const ID = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const LIMITS = ['requestsPerMinute', 'tokensPerMinute', 'tokensPerDay'];

/** The documented kinds of docs/admin-api.md, written down on their own. */
function isOfKind(value: unknown, kind: string): boolean {
  const isTexts = Array.isArray(value) && value.every((each) => typeof each === 'string');
  if (kind === 'text') return typeof value === 'string';
  if (kind === 'boolean') return typeof value === 'boolean';
  if (kind === 'texts') return isTexts;
  if (kind === 'accounts') return value === 'all' || isTexts;
  assert.equal(kind, 'limits');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(
    ([name, limit]) => LIMITS.includes(name) && Number.isSafeInteger(limit) && limit >= 0,
  );
}

function judgeFields(given: Readonly<Record<string, unknown>>, fields: BodyFields): void {
  for (const name of Reflect.ownKeys(given))
    assert.ok(Object.hasOwn(fields, name), `the field ${String(name)} came through`);
  for (const [name, spelled] of Object.entries(fields)) {
    if (spelled.endsWith('?') && !Object.hasOwn(given, name)) continue;
    assert.ok(isOfKind(given[name], spelled.replace('?', '')), `${name} is no ${spelled}`);
  }
}

function judgePath(path: string): void {
  for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
    const match = matchRoute(method, path);
    if ('allowed' in match) continue;
    const given = match.route.path.replace(/:([a-z]+)/g, (_, name: string) => match.params[name] as string);
    assert.equal(given, path);
    for (const value of Object.values(match.params)) assert.match(value, ID);
  }
}

function fuzz(input: Buffer): void {
  const route = ROUTES[(input[0] ?? 0) % ROUTES.length] as (typeof ROUTES)[number];
  const text = input.toString('utf8', 1);
  judgePath(text);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return;
  }
  const checked = outcomeOf(ServerError, () => checkBody(body, route.body ?? {}));
  if ('value' in checked) judgeFields(checked.value, route.body ?? {});
}

const fieldNames = [...new Set(ROUTES.flatMap((route) => Object.keys(route.body ?? {})))];
const field = fc.constantFrom(...fieldNames, '__proto__', 'constructor');

function bodiesFor(path: string, ...bodies: readonly string[]): Buffer[] {
  return choosing(
    ROUTES.findIndex((route) => route.method === 'POST' && route.path === path),
    texts(...bodies),
  );
}

export const target: FuzzTarget = {
  name: 'admin-body',
  holds:
    'A body of the admin API has the documented fields of the documented kinds, or is refused; so are paths.',
  seeds: () => [
    ...ROUTES.flatMap((route, choice) => choosing(choice, texts(route.path.replace(/:[a-z]+/g, 'a1')))),
    ...bodiesFor('/v1/operators', '{"operator":"ada","role":"admin"}'),
    ...bodiesFor(
      '/v1/accounts',
      '{"account":"a","limits":{"tokensPerDay":0},"key":true}',
      '{"limits":{"tokensPerDay":1.5}}',
    ),
    ...bodiesFor(
      '/v1/cases/:case/decisions',
      '{"measure":"hold","accounts":["a"],"reasons":"x","rule":"y","again":true}',
    ),
    ...bodiesFor('/v1/cases/:case/decisions', '{"measure":"hold","accounts":"all","reasons":"x","rule":"y"}'),
    ...bodiesFor('/v1/cases/:case/views', '{"view":"not","reasons":"x"}', '{"view":1}'),
    ...bodiesFor('/v1/cases/:case/evidence', '{"items":["1"]}', '{"__proto__":{"items":[]}}', '[]', 'null'),
  ],
  words: fieldNames.map((name) => `"${name}":`),
  inputs: fc
    .tuple(
      fc.nat(ROUTES.length - 1),
      fc.dictionary(field, fc.oneof(fc.jsonValue(), fc.constantFrom('all', true, ['a']))),
    )
    .map(([choice, body]) => Buffer.concat([Uint8Array.of(choice), Buffer.from(JSON.stringify(body))])),
  fuzz,
};
