import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadConfig } from './load-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'portcullis-openid-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const COMPLETE = {
  issuer: 'https://login.example.org/realm',
  clientId: 'portcullis',
  clientSecret: '${SECRET}',
} as const;
const SECRET = 'a-secret-that-no-message-holds';

function load(openid: object, publicUrl: string | null = 'https://portcullis.example') {
  const settings = { practice: true, admin: { publicUrl, openid } };
  writeFileSync(join(folder, 'portcullis.yaml'), JSON.stringify(settings));
  return loadConfig({ cwd: folder, env: { SECRET } });
}

function assertRefused(openid: object, message: RegExp, publicUrl?: string | null): void {
  assert.throws(
    () => load(openid, publicUrl),
    (error: Error) => {
      assert.match(error.message, message);
      assert.ok(!error.message.includes(SECRET), error.message);
      return true;
    },
  );
}

test('a provider needs an issuer, a client and where browsers come back to', () => {
  assert.equal(load(COMPLETE).config.admin.openid.clientSecret, SECRET);
  assert.equal(load({ issuer: null }).config.admin.openid.operatorClaim, 'preferred_username');
  assertRefused({ ...COMPLETE, clientId: null }, /admin\.openid\.clientId is missing/);
  assertRefused({ ...COMPLETE, clientSecret: null }, /admin\.openid\.clientSecret is missing/);
  assertRefused(COMPLETE, /admin\.publicUrl is missing/, null);
  assertRefused({ ...COMPLETE, operatorClaim: 'email' }, /admin\.openid\.domain is missing/);
  assertRefused({ ...COMPLETE, issuer: 'https://' }, /admin\.openid\.issuer/);
  assertRefused({ ...COMPLETE, role: 'admin' }, /no setting admin\.openid\.role/);
});

test('a provider by plain HTTP may only be on this machine', () => {
  load({ ...COMPLETE, issuer: 'http://127.0.0.1:9000' });
  load({ ...COMPLETE, issuer: 'http://localhost:9000' });
  assertRefused({ ...COMPLETE, issuer: 'http://login.example.org' }, /issuer must be https/);
  assertRefused({ ...COMPLETE, issuer: 'http://127.evil.example' }, /issuer must be https/);
});

test('a secret stands in no message, and one that stands in the file is warned about', () => {
  assert.deepEqual(load(COMPLETE).warnings, []);
  const { warnings } = load({ ...COMPLETE, clientSecret: SECRET });
  assert.match(warnings.join(), /admin\.openid\.clientSecret stands in the file as it is/);
  assert.ok(!warnings.join().includes(SECRET));
  assertRefused({ ...COMPLETE, clientSecret: `${SECRET} ü` }, /admin\.openid\.clientSecret must match/);
});
