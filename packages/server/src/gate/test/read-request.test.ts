import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readRequest } from '../read-request.ts';
import { createRoutes, type Route } from '../routes.ts';
import { KEYS_MAX, KEYS_OF_OBJECT_MAX, VALUES_MAX } from '../scan-json.ts';

const find = createRoutes(['/v1/files']);
const route = (path: string): Route => {
  const found = find(path, false);
  assert.ok(found, path);
  return found;
};
const read = (path: string, body: string | object) =>
  readRequest(
    route(path),
    'application/json',
    Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    false,
  );
const codeOf = (body: string): string => {
  const result = read('/v1/embeddings', `{"model":"m","input":${body}`);
  return 'code' in result ? result.code : 'read';
};
const fields = (count: number, from = 0): string =>
  `{${Array.from({ length: count }, (_, i) => `"${(from + i).toString(36)}":0`).join()}}`;
const items = (count: number): string => `[${'1,'.repeat(count - 1)}1]`;

describe('a body that is all structure is refused before it is parsed', () => {
  // The closing brace is left out beyond a limit: had it been parsed first, it would be `invalid_json`.
  it('by the fields of one object', () => {
    assert.equal(codeOf(`[${fields(KEYS_OF_OBJECT_MAX)}]}`), 'read');
    assert.equal(codeOf(`[${fields(KEYS_OF_OBJECT_MAX + 1)}`), 'too_complex');
  });

  it('by the fields of all objects', () => {
    const objects = (fieldsInAll: number): string =>
      Array.from({ length: fieldsInAll / 1_000 }, (_, i) => fields(1_000, i * 1_000)).join();
    // Two more are the body's own.
    assert.equal(codeOf(`[${objects(KEYS_MAX - 1_000)},${fields(998)}]}`), 'read');
    assert.equal(codeOf(`[${objects(KEYS_MAX - 1_000)},${fields(999)}`), 'too_complex');
  });

  it('by its values', () => {
    // The body itself, its second field and the list's own bracket are three; the first item has no comma.
    assert.equal(codeOf(`${items(VALUES_MAX - 2)}}`), 'read');
    assert.equal(codeOf(items(VALUES_MAX - 1)), 'too_complex');
    assert.equal(codeOf(`[${'[],'.repeat(VALUES_MAX / 2)}`), 'too_complex');
  });
});
