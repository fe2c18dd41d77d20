import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { exportBundle } from './export-bundle.ts';
import { failures, judge, manifestOf, readJsonFile, request } from './test/judge-bundle.ts';
import { ACCUSED, DIGEST, makeCase, openWorld } from './test/make-case.ts';

type Item = { readonly index: number; readonly type: string; readonly [field: string]: unknown };
const types = (items: readonly Item[]) => items.map(({ type }) => type);

test('the files that answer the fourteen points say of the case what they must', async (t) => {
  const world = await openWorld(t);
  await makeCase(world);
  const { dir, bundle } = await exportBundle(request(world), world.ports);
  const judgement = judge(world, dir);
  assert.equal(judgement.verdict, 'verified, unwitnessed', failures(judgement));
  const manifest = manifestOf(dir);

  type Identity = Record<'accounts' | 'keys' | 'operators', Item[]> & {
    authentication: Record<string, string>;
  };
  const identity = readJsonFile<Identity>(dir, 'identity.json');
  assert.deepEqual(identity.accounts.map((each) => each['account']).sort(), ACCUSED);
  assert.deepEqual(
    identity.keys.map((each) => [each['account'], each['key_sha256']]).sort(),
    ACCUSED.map((account) => [account, DIGEST]),
  );
  assert.deepEqual(
    identity.operators.map((each) => [each.type, each['operator'], each['role']]),
    [['operator.added', 'ada', 'reviewer']],
  );
  assert.match(identity.authentication['accounts'] ?? '', /API key/);
  assert.match(identity.authentication['operators'] ?? '', /bearer token/);

  type Case = Record<'holds' | 'erasures', Item[]>;
  const { holds, erasures } = readJsonFile<Case>(dir, 'case.json');
  assert.deepEqual([types(holds), types(erasures)], [['hold.placed'], ['content.erased']]);

  type Health = Record<'faults' | 'openings' | 'access', Item[]> & { period: object; versions: object };
  const health = readJsonFile<Health>(dir, 'health.json');
  assert.deepEqual(types(health.openings), ['ledger.opened']);
  assert.deepEqual(
    health.access.map((each) => [each.type, each['by']]),
    [['evidence.viewed', 'ada']],
  );
  assert.deepEqual(types(health.faults), ['fault']);
  assert.deepEqual(health.period, manifest.period);
  assert.match(JSON.stringify(health.versions), /"exporter":"0\.1\.0","runtime":"node /);

  const { clock } = readJsonFile<{ clock: { source: string; steps: object } }>(dir, 'time.json');
  assert.match(clock.source, /system clock/);
  assert.deepEqual(clock.steps, { count: 0, indices: [] });

  const custody = readJsonFile<{ export: object }>(dir, 'custody.json');
  assert.deepEqual(custody.export, {
    at: manifest.createdAt,
    bundle,
    by: 'ada',
    legalBasis: 'An order',
    purpose: 'To decide',
    requester: 'A court',
    tool: { name: 'portcullis', version: '0.1.0' },
    where: 'test-machine',
  });
});

test('method, tools, renewal and declarations are whole, and what is missing is named in words', async (t) => {
  const world = await openWorld(t);
  await makeCase(world);
  const { dir } = await exportBundle(request(world), world.ports);

  type Method = { thresholds: object; findings: Item[]; repeat: { command: null; note: string } };
  const method = readJsonFile<Method>(dir, 'method.json');
  assert.deepEqual(method.thresholds, { minAccounts: 3 });
  assert.deepEqual(
    method.findings.map((each) => [each['statistic'], each['ledger_size'], each['exchanges']]),
    [[12.5, 90, 30]],
  );
  assert.equal(method.repeat.command, null);
  assert.match(method.repeat.note, /No command repeats the finding/);

  type Tools = { materials: { name: string; version: string; integrity: string | null }[] };
  const { materials } = readJsonFile<Tools>(dir, 'tools.json');
  const undici = materials.find(({ name }) => name === 'undici');
  assert.match(`${undici?.version} ${undici?.integrity}`, /^\d+\.\d+\.\d+ sha512-/);
  for (const name of ['@portcullis/record', '@portcullis/verify', '@portcullis/detection'])
    assert.ok(
      materials.some((each) => each.name === name),
      name,
    );

  const renewal = readJsonFile<{ keep: string[]; when: string[] }>(dir, 'renewal.json');
  assert.match(renewal.keep.join(), /leaf bytes for ever/);
  assert.match(renewal.when.join(), /SHA-256/);

  const us = readFileSync(join(dir, 'declarations/us-fre-902.md'), 'utf8');
  assert.deepEqual(
    us.match(/^## .*$/gm)?.map((heading) => /902\(1\d\)/.exec(heading)?.[0]),
    ['902(11)', '902(13)', '902(14)'],
  );
  assert.match(us, /copy was identified by the SHA-256 value/);

  const absent = manifestOf(dir).absent.map(({ point, what }) => `${point} ${what}`);
  assert.deepEqual(absent, [
    '3 witness cosignatures',
    '5 key rotation and compromise statements',
    '6 RFC 3161 time stamps over checkpoints',
    '6 records of clock synchronisation',
    '8 a command that repeats the finding from this bundle',
    '8 calibration, known error rates and their test set',
    '9 privacy-budget entries',
    '12 the verifier itself',
    '13 signatures under the declarations',
    '14 a renewal',
  ]);
  const report = readFileSync(join(dir, 'report.md'), 'utf8');
  for (const each of absent) assert.ok(report.includes(`point ${each.replace(' ', ': ')}`), each);
});

test('where the clock was set back, a bundle is not dated before what it holds', async (t) => {
  const world = await openWorld(t);
  await makeCase(world);
  // Another account's entry, so that the checkpoint is of a later second than the case.
  await setTimeout(1001);
  await world.append('account.created', { account: 'acct-late', by: 'ada' });
  const clock = { now: () => Date.now() - 3_600_000, monotonic: () => performance.now() };
  const { dir } = await exportBundle(request(world), { ...world.ports, clock });
  const judgement = judge(world, dir);
  assert.equal(judgement.verdict, 'verified, unwitnessed', failures(judgement));
  assert.ok(Date.parse(manifestOf(dir).createdAt) > clock.now() + 3_000_000);
});
