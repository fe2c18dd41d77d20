import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import {
  createEd25519Cosigner,
  createEd25519Signer,
  createMlDsa44Signer,
  generateSigningKey,
} from '@portcullis/record/signing';
import { ServerError } from '../server-error.ts';
import { loadConfig } from './load-config.ts';
import { initWitnessConfig, loadWitnessConfig } from './witness-config.ts';

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function makeFolder(file?: string, text = ''): string {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-config-'));
  folders.push(folder);
  if (file !== undefined) writeFileSync(join(folder, file), text);
  return folder;
}

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof ServerError);
    assert.equal(error.code, 'bad-config');
    return error.message;
  }
  return assert.fail('it was not refused');
}

const ed25519 = generateSigningKey('ed25519');
const mlDsa44 = generateSigningKey('ml-dsa-44');
const ONE = createEd25519Cosigner('witness.example/one', ed25519, () => 0).vkey;
const ONE_MORE = createMlDsa44Signer('witness.example/one', mlDsa44, () => 0).vkey;
const SAME_KEY = createEd25519Cosigner('witness.example/two', ed25519, () => 0).vkey;
const LOG = createEd25519Signer('ledger.example/log', generateSigningKey('ed25519')).vkey;

const settings = (witnesses: readonly object[], more: object = {}) =>
  loadConfig({
    cwd: makeFolder('portcullis.yaml', JSON.stringify({ practice: true, witnesses, ...more })),
    env: {},
  });
const one = { name: 'one', url: 'https://witness.example/one', vkeys: [ONE, ONE_MORE] };

test('witnesses: sound ones, with the defaults of how they are asked', () => {
  const { config, warnings } = settings([one]);
  assert.deepEqual(config.witnesses, [one]);
  assert.deepEqual(config.witnessing, {
    quorum: 'all',
    intervalMs: 5000,
    timeoutMs: 10_000,
    retryMaxMs: 300_000,
    recordIntervalMs: 600_000,
  });
  assert.deepEqual(warnings, []);
  const local = settings([{ ...one, url: 'http://127.0.0.1:8480' }]);
  assert.match(local.warnings.join(), /witnesses\[0\]\.url is on this machine.*proves nothing against you/);
});

test('witnesses that could not do what they are for are refused by name and line', () => {
  const two = { ...one, name: 'two', url: 'https://two.example', vkeys: [SAME_KEY] };
  const cases: readonly (readonly [object[], RegExp, object?])[] = [
    [[{ ...one, vkeys: [LOG] }], /type 0x01 is a log’s/],
    [[{ ...one, vkeys: ['nonsense'] }], /witnesses\[0\]\.vkeys\[0\] must match/],
    [[{ ...one, vkeys: [ONE.replace(/\+[0-9a-f]{8}\+/, '+00000000+')] }], /does not match its own key ID/],
    [[{ ...one, vkeys: [ONE, ONE] }], /two keys are of one type/],
    [[{ ...one, vkeys: [ONE_MORE, SAME_KEY] }], /different names/],
    [[one, two], /witnesses\[1\]\.vkeys: a key stands twice/],
    [[one, { ...one, vkeys: [ONE_MORE] }], /two witnesses are named one/],
    [[one, { ...one, name: 'two', url: `${one.url}/` }], /is another witness’s too/],
    [[{ ...one, url: 'https://a:b@x' }], /witnesses\[0\]\.url is not an address/],
    [[{ ...one, name: 'none' }], /none is a word of the policy/],
    [[{ ...one, vkeys: [] }], /witnesses\[0\]\.vkeys/],
    [[{ ...one, key: 'x' }], /no setting witnesses\[0\]\.key; witnesses\[0\] has name, url, vkeys/],
    [[one], /witnessing\.quorum is 2, and there are 1 witnesses/, { witnessing: { quorum: 2 } }],
    [[one], /witnessing\.quorum must match/, { witnessing: { quorum: 'most' } }],
    [[one], /a log is not its own witness/, { ledger: { origin: 'witness.example/one' } }],
  ];
  for (const [witnesses, message, more] of cases) {
    const told = refusal(() => settings(witnesses, more));
    assert.match(told, message);
    assert.match(told, /portcullis\.yaml:1: /);
  }
});

test('a witness: its file, its flags, and what is wrong by name and line', () => {
  const cwd = makeFolder('witness.yaml', `name: witness.example/one\nport: \${PORT}\nlogs:\n  - ${LOG}\n`);
  const load = (flags = {}, env: Record<string, string> = { PORT: '7' }) =>
    loadWitnessConfig({ cwd, env, flags });
  assert.deepEqual(load(), {
    name: 'witness.example/one',
    dataDir: join(cwd, 'portcullis-witness-data'),
    host: '127.0.0.1',
    port: 7,
    logs: [LOG],
    mlDsa44: true,
  });
  const other = createEd25519Signer('ledger.example/other', ed25519).vkey;
  const flagged = load({ port: 0, data: 'elsewhere', name: 'witness.example/two', log: [other, LOG] });
  assert.deepEqual(
    [flagged.port, flagged.dataDir, flagged.name, flagged.logs],
    [0, join(cwd, 'elsewhere'), 'witness.example/two', [LOG, other]],
  );
  assert.match(
    refusal(() => load({}, {})),
    /witness\.yaml:2: port refers to .* PORT, which is not set/,
  );
  assert.match(
    refusal(() => load({ config: 'none.yaml' })),
    /no .*none\.yaml.*portcullis witness init/,
  );
  const wrong = makeFolder('witness.yaml', 'prot: 1\nport: x\nlogs: [a]\n');
  const told = refusal(() => loadWitnessConfig({ cwd: wrong, env: {}, flags: {} }));
  assert.match(told, /witness\.yaml:1: there is no setting prot; did you mean port\?/);
  assert.match(told, /witness\.yaml:2: port must be a whole number/);
  assert.match(told, /witness\.yaml:3: logs\[0\] must match/);
});

test('what init writes loads, as its schema has it, and is never overwritten', () => {
  const cwd = makeFolder();
  const { configFile, schemaFile } = initWitnessConfig(cwd, 'witness.example/one');
  const { name, port } = loadWitnessConfig({ cwd, env: {}, flags: {} });
  assert.deepEqual([name, port], ['witness.example/one', 8480]);
  const editor = new Ajv({ allowUnionTypes: true, strict: false }).compile(
    JSON.parse(readFileSync(schemaFile, 'utf8')),
  );
  const uncommented = readFileSync(configFile, 'utf8').replaceAll(/^# (?!yaml-language-server)/gm, '');
  assert.ok(editor(parse(uncommented)), JSON.stringify(editor.errors));
  assert.ok(!editor({ port: 'x' }));
  assert.throws(() => initWitnessConfig(cwd, 'witness.example/two'), { code: 'conflict' });
  assert.throws(() => initWitnessConfig(makeFolder(), 'two words'), { code: 'bad-config' });
});
