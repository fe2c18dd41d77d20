import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { compareConfig, RELOADABLE } from './compare-config.ts';
import type { Config } from './config.ts';
import { loadConfig } from './load-config.ts';
import { settingsSchema } from './settings-schema.ts';

const { config } = loadConfig({ cwd: '/nowhere', env: { OPENAI_API_KEY: 'sk-one' } });

test('what can be reloaded is taken over, what can not is named and stays', () => {
  const wanted: Config = {
    ...config,
    gate: { ...config.gate, port: 1, allowPaths: ['/v1/files'] },
    limits: { requestsPerMinute: 5 },
    ledger: { ...config.ledger, origin: 'other.example/log' },
    detection: { ...config.detection, thresholds: { minAccounts: 3 } },
    upstreams: config.upstreams.map((one) => ({ ...one, apiKey: 'sk-two' })),
  };
  const compared = compareConfig(config, wanted);
  assert.deepEqual(compared.changed, [
    'gate.allowPaths',
    'limits.requestsPerMinute',
    'limits.tokensPerMinute',
    'upstreams',
  ]);
  assert.deepEqual(compared.needRestart, ['detection.thresholds.minAccounts', 'gate.port', 'ledger.origin']);
  assert.deepEqual(compared.config, {
    ...config,
    gate: { ...config.gate, allowPaths: ['/v1/files'] },
    limits: { requestsPerMinute: 5 },
    upstreams: wanted.upstreams,
  });
  assert.deepEqual(compareConfig(config, structuredClone(config)), { config, changed: [], needRestart: [] });
});

test('another place of the master key takes a restart, whichever way it is named', () => {
  const wanted: Config = { ...config, vault: { ...config.vault, masterKey: { env: 'KEY' } } };
  assert.deepEqual(compareConfig(config, wanted).needRestart, [
    'vault.masterKey.env',
    'vault.masterKey.file',
  ]);
});

test('every reloadable setting exists, and docs/operating.md names it', () => {
  const docs = readFileSync(join(import.meta.dirname, '../../../../docs/operating.md'), 'utf8');
  const paragraph = /^## Reload$.*?(?=^## )/ms.exec(docs)?.[0] ?? '';
  for (const name of RELOADABLE) {
    let at: { readonly properties?: Readonly<Record<string, object>> } | undefined = settingsSchema;
    for (const part of name.split('.')) at = at?.properties?.[part];
    assert.ok(at !== undefined, name);
    assert.ok(paragraph.includes(`\`${name}`), `docs/operating.md, "Reload", does not name ${name}`);
  }
});
