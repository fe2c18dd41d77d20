import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { createAdminWorld } from '../admin/test/admin-world.ts';

const PAGE = '<!doctype html><title>page</title>';
const SCRIPT = 'export const a = 1;';

let folder: string;
let world: Awaited<ReturnType<typeof createAdminWorld>>;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'portcullis-console-'));
  mkdirSync(join(folder, 'dist', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.js'), 'nobody reads this');
  const dist = join(folder, 'dist');
  writeFileSync(join(dist, 'index.html'), PAGE);
  writeFileSync(join(dist, 'assets', 'index-Ab3_d-9z.js'), SCRIPT);
  writeFileSync(join(dist, 'assets', 'index-Ab3_d-9z.js.br'), brotliCompressSync(SCRIPT));
  writeFileSync(join(dist, 'assets', 'index-Ab3_d-9z.js.gz'), gzipSync(SCRIPT));
  world = await createAdminWorld({}, undefined, dist);
});
after(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

type Got = { status: number; headers: Record<string, string | string[] | undefined>; bytes: Buffer };

/** A raw call: fetch would tidy the path. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Got> {
  return new Promise((resolve, reject) => {
    const call = request({ port: world.port, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          bytes: Buffer.concat(chunks),
        }),
      );
    });
    call.on('error', reject).end();
  });
}

test('the page and every path of it within the console are the one page, never kept unasked', async () => {
  for (const path of [
    '/console/',
    '/console/cases/case-1',
    '/console/cases/',
    '/console/accounts/example.com',
    '/console/accounts?after=x',
  ]) {
    const got = await get(path);
    assert.deepEqual([got.status, got.bytes.toString()], [200, PAGE], path);
    assert.equal(got.headers['content-type'], 'text/html; charset=utf-8');
    assert.equal(got.headers['cache-control'], 'no-cache');
  }
  for (const path of ['/', '/console']) {
    const got = await get(path);
    assert.deepEqual([got.status, got.headers['location']], [302, '/console/']);
  }
});

test('what a page may load comes from the server alone, also where the API answers', async () => {
  for (const path of ['/console/', '/v1/status', '/console/none.js']) {
    const policy = String((await get(path)).headers['content-security-policy']);
    const parts = policy.split('; ');
    assert.ok(parts.includes("default-src 'none'"), path);
    assert.ok(parts.includes("script-src 'self'"), path);
    assert.ok(parts.includes("style-src 'self'"), path);
    assert.ok(parts.includes("frame-ancestors 'none'"), path);
    assert.doesNotMatch(policy, /unsafe|\*|https?:/);
  }
});

test('files with a hash in their name are kept for a year, in the form that the browser takes', async () => {
  const path = '/console/assets/index-Ab3_d-9z.js';
  const plain = await get(path);
  assert.equal(plain.bytes.toString(), SCRIPT);
  assert.equal(plain.headers['content-type'], 'text/javascript; charset=utf-8');
  assert.equal(plain.headers['cache-control'], 'public, max-age=31536000, immutable');
  const br = await get(path, { 'accept-encoding': 'gzip, deflate, br' });
  assert.equal(br.headers['content-encoding'], 'br');
  assert.equal(brotliDecompressSync(br.bytes).toString(), SCRIPT);
  const gzip = await get(path, { 'accept-encoding': 'br;q=0, gzip' });
  assert.equal(gzip.headers['content-encoding'], 'gzip');
  assert.equal(gunzipSync(gzip.bytes).toString(), SCRIPT);
  const head = await get(path, {}, 'HEAD');
  assert.deepEqual([head.status, head.bytes.length], [200, 0]);
});

test('no path leads out of the folder, and what is no file is not found', async () => {
  for (const path of [
    '/console/../secret.js',
    '/console/assets/../../secret.js',
    '/console/..%2f..%2fsecret.js',
    '/console/%2e%2e/secret.js',
    '/console/..\\secret.js',
    '/console//etc/passwd',
    '/console/assets/index-Ab3_d-9z.js.br',
    '/console/assets/none.js',
    '/console/constructor.js',
  ]) {
    const got = await get(path);
    assert.equal(got.status, 404, path);
    assert.doesNotMatch(got.bytes.toString(), /nobody reads|doctype/, path);
  }
});

test('it is only read, and only under a name of this server', async () => {
  assert.equal((await get('/console/', {}, 'POST')).status, 401);
  assert.equal((await get('/console/', { host: 'evil.example' })).status, 403);
});

test('where nothing was built it says how to build it', async (t) => {
  const bare = await createAdminWorld();
  t.after(() => bare.close());
  const answer = await fetch(`${bare.url}/console/`);
  assert.equal(answer.status, 503);
  assert.match(await answer.text(), /npm run build:console/);
});
