import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { ServerError } from '../server-error.ts';
import { initConfig } from './init-config.ts';
import { type LoadedConfig, loadConfig } from './load-config.ts';

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function makeFolder(yaml?: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-config-'));
  folders.push(folder);
  if (yaml !== undefined) writeFileSync(join(folder, 'portcullis.yaml'), yaml);
  return folder;
}

const load = (yaml: string, env: Record<string, string> = {}): LoadedConfig =>
  loadConfig({ cwd: makeFolder(yaml), env });

function refusal(yaml: string, env: Record<string, string> = {}): string {
  try {
    load(yaml, env);
  } catch (error) {
    assert.ok(error instanceof ServerError);
    assert.equal(error.code, 'bad-config');
    return error.message;
  }
  return assert.fail('it was not refused');
}

test('with nothing set, it is practice, in a folder of its own', () => {
  const cwd = makeFolder();
  const { config, mode, warnings, source } = loadConfig({ cwd, env: {} });
  assert.equal(mode, 'practice');
  assert.deepEqual(config.upstreams, []);
  assert.equal(config.dataDir, join(cwd, 'portcullis-practice-data'));
  assert.equal(config.gate.host, '127.0.0.1');
  assert.ok(config.gate.workers >= 1);
  assert.deepEqual(config.limits, { requestsPerMinute: 6000, tokensPerMinute: 4_000_000 });
  // Relative to dataDir, also where a command line option changes that.
  assert.deepEqual(config.vault.masterKey, { file: 'keys/vault-master-key' });
  assert.deepEqual(warnings, []);
  assert.match(source, /no portcullis\.yaml/);
});

test("the providers' own variables make upstreams", () => {
  const env = {
    OPENAI_API_KEY: 'sk-one',
    OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
    ANTHROPIC_API_KEY: 'sk-two',
  };
  const { config, mode, source, warnings } = loadConfig({ cwd: makeFolder(), env });
  assert.equal(mode, 'real');
  assert.deepEqual(
    config.upstreams.map(({ name, shape, baseUrl, apiKey }) => [name, shape, baseUrl, apiKey]),
    [
      ['openai', 'openai', 'http://127.0.0.1:9', 'sk-one'],
      ['anthropic', 'anthropic', 'https://api.anthropic.com', 'sk-two'],
    ],
  );
  assert.equal(config.upstreams[0]?.attempts, 2);
  assert.doesNotMatch(source + warnings.join(), /sk-/);
});

test('an address alone is an upstream; one that is the gate itself is refused', () => {
  const { config } = loadConfig({ cwd: makeFolder(), env: { OPENAI_BASE_URL: 'http://127.0.0.1:9' } });
  assert.equal(config.upstreams[0]?.apiKey, null);
  const loop = { OPENAI_BASE_URL: 'http://localhost:8470/v1' };
  assert.throws(() => loadConfig({ cwd: makeFolder(), env: loop }), /own address/);
});

const WITH_UPSTREAM =
  'upstreams: [{name: a, shape: openai, baseUrl: "https://a.example", apiKey: "${KEY}"}]\n';

test('references are filled in, with defaults, and become what the setting wants', () => {
  const yaml = `${WITH_UPSTREAM}contact: "$\${not} \${WHO:-nobody}"\ngate:\n  port: "\${PORT}"\n  workers: \${WORKERS:-3}\n`;
  const { config, mode, warnings } = load(yaml, { KEY: '12345', PORT: '0' });
  assert.equal(mode, 'real');
  assert.equal(config.upstreams[0]?.apiKey, '12345');
  assert.equal(config.contact, '${not} nobody');
  assert.equal(config.gate.port, 0);
  assert.equal(config.gate.workers, 3);
  assert.deepEqual(warnings, []);
});

test('a reference to nothing is refused with variable, setting and line', () => {
  assert.match(
    refusal(`contact: a\n${WITH_UPSTREAM}`),
    /yaml:2: upstreams\[0\]\.apiKey .* variable KEY, which is not set/,
  );
});

test('unknown settings are refused by name, with the line and what was meant', () => {
  const message = refusal(`${WITH_UPSTREAM}gate:\n  prot: 1\n  body_bytes_max: 2\nport: 3\nzzzzzzzzz: 1\n`, {
    KEY: 'k',
  });
  assert.match(message, /yaml:3: there is no setting gate\.prot; did you mean gate\.port\?/);
  assert.match(
    message,
    /yaml:4: there is no setting gate\.body_bytes_max; did you mean gate\.bodyBytesMax\?/,
  );
  assert.match(message, /yaml:5: there is no setting port; did you mean gate\.port\?/);
  assert.match(message, /yaml:6: there is no setting zzzzzzzzz; the file has dataDir/);
});

test('wrong values are refused by name, with the line and what is wanted', () => {
  const yaml = `gate:\n  port: http\n  workers: 0\nstanding:\n  plain: melt\nledger: 7\nupstreams:\n  - name: a\n    shape: openai\n`;
  const message = refusal(yaml);
  assert.match(message, /yaml:2: gate\.port must be a whole number, and is "http"/);
  assert.match(message, /yaml:3: gate\.workers must be at least 1, and is 0/);
  assert.match(message, /yaml:5: standing\.plain must be one of strip, refuse/);
  assert.match(message, /yaml:6: ledger must be a part/);
  assert.match(message, /yaml:8: upstreams\[0\] needs baseUrl/);
});

test('a limit that the counters could not hold is refused', () => {
  const message = refusal('limits:\n  tokensPerMinute: 68719476736\n  tokensPerDay: 1000000000000\n');
  assert.match(message, /yaml:2: limits\.tokensPerMinute must be at most 68719476735/);
  assert.match(message, /yaml:3: limits\.tokensPerDay must be at most 68719476735/);
});

test('a key is never shown, not even a wrong one', () => {
  const yaml = WITH_UPSTREAM.replace('openai', 'opanai');
  assert.doesNotMatch(refusal(yaml, { KEY: 'sk secret' }), /secret/);
  assert.doesNotMatch(refusal(yaml.replace('"${KEY}"', '"sk secret"')), /secret/);
  assert.doesNotMatch(refusal(`${WITH_UPSTREAM}gate: {port: "\${KEY}"}`, { KEY: 'sk-secret' }), /secret/);
});

test('a literal key works, with a warning', () => {
  const { warnings } = load(WITH_UPSTREAM.replace('${KEY}', 'sk-literal'));
  assert.equal(warnings.length, 1);
  assert.match(String(warnings[0]), /upstreams\[0\]\.apiKey .*\$\{A_API_KEY\}/);
  assert.doesNotMatch(String(warnings[0]), /sk-literal/);
});

test('an open host and an upstream in the clear are told', () => {
  const yaml = `upstreams: [{name: a, shape: openai, baseUrl: "http://a.example"}]\nadmin: {host: 0.0.0.0}\n`;
  assert.deepEqual(
    load(yaml).warnings.map((warning) => warning.split(' ')[0]),
    ['upstreams[0].baseUrl', 'admin.host'],
  );
});

test('settings that contradict each other are refused', () => {
  const cases: [string, RegExp][] = [
    ['ledger: {pendingBytesMax: 1000000}', /ledger\.pendingBytesMax is 1000000, but gate\.bodyBytesMax/],
    [
      'vault: {responseBytesMax: 100000000}\nledger: {pendingBytesMax: 90000000}',
      /ledger\.pendingBytesMax .* vault\.responseBytesMax/,
    ],
    ['gate: {bodyMemoryBytesMax: 2048}', /gate\.bodyMemoryBytesMax/],
    ['ledger: {archiveIntervalMs: 1000, publishIntervalMs: 2000}', /ledger\.archiveIntervalMs/],
    ['admin: {port: 8470}', /both 8470/],
    ['vault: {masterKey: {env: NOT_THERE}}', /NOT_THERE, which is not set/],
    ['vault: {masterKey: {env: KEY}}', /KEY, which does not hold 32 bytes/],
    ['vault: {masterKey: {env: KEY, file: f}}', /exactly one/],
    ['practice: true', /practice is true, but upstreams are named/],
    ['detection: {thresholds: {minAcounts: 3}}', /did you mean detection\.thresholds\.minAccounts/],
  ];
  for (const [yaml, expected] of cases)
    assert.match(refusal(`${WITH_UPSTREAM}${yaml}\n`, { KEY: 'secret-k' }), expected);
});

test('bad addresses and equal names of upstreams are refused', () => {
  const upstreams = ['https://u:p@a.example', 'https://b.example?x=1', 'https://'].map(
    (baseUrl) => `{name: a, shape: openai, baseUrl: "${baseUrl}"}`,
  );
  const message = refusal(`upstreams: [${upstreams.join(', ')}]\n`);
  assert.match(message, /holds a name or password/);
  assert.match(message, /two upstreams are named a/);
  assert.equal(message.match(/is not an address/g)?.length, 2);
  assert.doesNotMatch(message, /u:p/);
});

test('files that are no settings are refused with their line', () => {
  assert.match(
    refusal('gate:\n  port: 1\n  port: 2\n'),
    /yaml:3: not readable as YAML: Map keys must be unique/,
  );
  assert.match(refusal('a: "b\n'), /not readable as YAML/);
  assert.match(refusal('- a\n'), /settings are names with values/);
  assert.match(refusal(`a: &a [1,1]\nb: &b [${'*a,'.repeat(60)}]\nc: [${'*b,'.repeat(60)}]\n`), /aliases/);
  assert.match(refusal(`contact: ${'x'.repeat(1_048_577)}`), /at most 1048576/);
  assert.match(refusal('contact: !shell rm\n'), /not readable as YAML/);
});

test('a file without an upstream is refused, unless it asks for practice', () => {
  assert.match(refusal('contact: me\n'), /names no upstream/);
  assert.equal(load('practice: true\n', { OPENAI_API_KEY: 'k' }).mode, 'practice');
  assert.equal(load('contact: me\n', { OPENAI_API_KEY: 'k' }).mode, 'real');
});

test('a named file must exist; its folder is where relative paths start', () => {
  const cwd = makeFolder();
  assert.throws(() => loadConfig({ cwd, env: {}, file: 'other.yaml' }), /There is no .*other\.yaml/);
  const folder = makeFolder('practice: true\ndataDir: here\n');
  const { config, source } = loadConfig({ cwd, env: {}, file: join(folder, 'portcullis.yaml') });
  assert.equal(config.dataDir, join(folder, 'here'));
  assert.equal(source, join(folder, 'portcullis.yaml'));
});

test('init writes a template that loads, as it is and with every comment sign taken away, as the defaults', () => {
  const folder = makeFolder();
  const { configFile, schemaFile } = initConfig(folder);
  const env = { OPENAI_API_KEY: 'k', ANTHROPIC_API_KEY: 'k' };
  const template = readFileSync(configFile, 'utf8');
  assert.equal(statSync(configFile).mode & 0o777, 0o600);
  const asWritten = loadConfig({ cwd: folder, env });
  const standard = loadConfig({ cwd: makeFolder(), env });
  const place = (loaded: LoadedConfig) => ({ ...loaded.config, dataDir: '' });
  assert.deepEqual(place(asWritten), place(standard));
  const uncommented = template.replaceAll(/^# (?!yaml-language-server)/gm, '');
  const everySetting = load(uncommented, env);
  const withModels = standard.config.upstreams.map((one) => ({
    ...one,
    models: one.name === 'openai' ? ['*'] : ['claude-*'],
  }));
  assert.deepEqual(place(everySetting), { ...place(standard), upstreams: withModels });
  const editor = new Ajv({ allowUnionTypes: true, strict: false }).compile(
    JSON.parse(readFileSync(schemaFile, 'utf8')),
  );
  assert.ok(editor(parse(uncommented)), JSON.stringify(editor.errors));
  assert.ok(editor(parse('gate: {port: "${PORT}"}')));
  assert.ok(!editor(parse('gate: {port: "x"}')));
});

test('init overwrites nothing', () => {
  const folder = makeFolder('mine: 1\n');
  assert.throws(() => initConfig(folder), { code: 'conflict' });
  assert.equal(readFileSync(join(folder, 'portcullis.yaml'), 'utf8'), 'mine: 1\n');
});

test('practice that a file asks for stays apart from a real ledger, too, unless the file names a place', () => {
  const asked = makeFolder('practice: true\n');
  const { config } = loadConfig({ cwd: asked, env: {} });
  assert.equal(config.dataDir, join(asked, 'portcullis-practice-data'));
  assert.equal(config.ledger.origin, 'portcullis.localhost/practice');
  assert.equal(config.ledger.publishIntervalMs, 200);
  const named = makeFolder('practice: true\ndataDir: here\nledger: {origin: my.example/log}\n');
  const placed = loadConfig({ cwd: named, env: {} }).config;
  assert.equal(placed.dataDir, join(named, 'here'));
  assert.equal(placed.ledger.origin, 'my.example/log');
});
