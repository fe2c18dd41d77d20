import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ServerError } from '../server-error.ts';
import { discardPartialBundles } from './bundle-folder.ts';
import { exportBundle } from './export-bundle.ts';
import { failures, judge, manifestOf, readJsonFile, request } from './test/judge-bundle.ts';
import { makeCase, openOnAppeal, openWorld, type World } from './test/make-case.ts';

test('a case is exported so that the separate verifier calls it verified, unwitnessed; a changed byte fails', async (t) => {
  const world = await openWorld(t);
  const { examples } = await makeCase(world);
  const steps: string[] = [];
  const exported = await exportBundle(
    request(world, { onProgress: ({ step }) => steps.push(step) }),
    world.ports,
  );

  const judgement = judge(world, exported.dir);
  assert.equal(judgement.verdict, 'verified, unwitnessed', failures(judgement));
  const complete = judgement.checks.find((check) => check.name === 'range');
  assert.match(complete?.sentence ?? '', /Complete/);

  const manifest = manifestOf(exported.dir);
  for (let point = 1; point <= 14; point++) {
    const isThere = (manifest.points[String(point)]?.length ?? 0) > 0;
    assert.ok(isThere || manifest.absent.some((each) => each.point === point), `point ${point}`);
  }
  const files = Object.keys(manifest.files);
  assert.equal(exported.files, files.length + 1);
  const envelope = readFileSync(join(exported.dir, 'manifest.dsse.json'));
  assert.equal(exported.manifestSha256, createHash('sha256').update(envelope).digest('hex'));
  assert.deepEqual(readdirSync(join(world.dataDir, 'bundles')), [`case-1.${exported.bundle}`]);
  assert.equal(statSync(join(exported.dir, 'disclosed.jsonl')).mode & 0o077, 0);
  assert.ok(steps.includes('writing leaves') && steps.at(-1) === 'done');

  const disclosed = readFileSync(join(exported.dir, 'disclosed.jsonl'), 'utf8');
  const lines = disclosed
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { index: number; field: string; content: string });
  assert.deepEqual(
    [...new Set(lines.filter((line) => line.field !== 'grounds').map((line) => line.index))],
    examples,
  );
  assert.equal(
    Buffer.from(lines.find((line) => line.field === 'grounds')?.content ?? '', 'base64').toString(),
    'It was my homework.',
  );
  flipEveryFile(world, exported.dir);
});

function flipEveryFile(world: World, dir: string): void {
  for (const path of [
    'leaves.jsonl',
    'report.md',
    'manifest.dsse.json',
    'declarations/uk-certificate.md',
    'checkpoints/last',
  ]) {
    const copy = join(world.dataDir, `changed-${path.replaceAll('/', '-')}`);
    cpSync(dir, copy, { recursive: true });
    const bytes = readFileSync(join(copy, path));
    bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] as number) ^ 1;
    writeFileSync(join(copy, path), bytes);
    assert.equal(judge(world, copy).verdict, 'failed', path);
  }
}

test('what was erased and what was not kept whole is named, with everything disclosed', async (t) => {
  const world = await openWorld(t);
  await makeCase(world);
  const { dir } = await exportBundle(request(world, { disclose: 'all' }), world.ports);
  const judgement = judge(world, dir);
  assert.equal(judgement.verdict, 'verified, unwitnessed', failures(judgement));
  const withheld = JSON.parse(readFileSync(join(dir, 'withheld.json'), 'utf8')) as {
    count: number;
    reason: string;
    fields: string[];
  }[];
  const counts = Object.fromEntries(
    withheld.map((item) => [`${item.reason} ${item.fields.join()}`, item.count]),
  );
  assert.deepEqual(counts, {
    'erased network,request_sha256': 20,
    'erased response_sha256': 10,
    'not-captured response_sha256': 1,
  });
});

test('content whose key is gone is called erased only where the ledger says so', async (t) => {
  const world = await openWorld(t);
  await makeCase(world);
  world.vault.eraseAccount('acct-one');
  const { dir } = await exportBundle(request(world, { disclose: 'all' }), world.ports);
  const judgement = judge(world, dir);
  assert.equal(judgement.verdict, 'verified, unwitnessed', failures(judgement));
  const withheld = JSON.parse(readFileSync(join(dir, 'withheld.json'), 'utf8')) as {
    count: number;
    reason: string;
    why: string;
  }[];
  const count = (reason: string, why: RegExp) =>
    withheld
      .filter((item) => item.reason === reason && why.test(item.why))
      .reduce((sum, item) => sum + item.count, 0);
  assert.equal(count('erased', /erased by destroying/), 30);
  assert.equal(count('not-captured', /no later entry .* says so/), 31);
});

test('content whose key was declared lost is not said to have had no record', async (t) => {
  const world = await openWorld(t);
  await makeCase(world);
  for (const id of world.vault.keys.list().filter((each) => each.startsWith('acct-one@')))
    rmSync(join(world.dataDir, 'vault', 'keys', `${id}.key`));
  world.vault.declareLost(['acct-one']);
  const { dir } = await exportBundle(request(world, { disclose: 'all' }), world.ports);
  const withheld = readJsonFile<{ count: number; why: string }[]>(dir, 'withheld.json');
  const lost = withheld.filter((item) =>
    /no readable record .*, or the key of that record is gone/.test(item.why),
  );
  assert.ok(lost.length > 0, JSON.stringify(withheld));
  assert.equal(judge(world, dir).verdict, 'verified, unwitnessed');
});

test('erased content is named as erased even where nothing was to be disclosed', async (t) => {
  const world = await openWorld(t);
  await makeCase(world);
  const { dir } = await exportBundle(request(world, { disclose: 'none' }), world.ports);
  assert.equal(readFileSync(join(dir, 'disclosed.jsonl'), 'utf8'), '');
  const withheld = JSON.parse(readFileSync(join(dir, 'withheld.json'), 'utf8')) as {
    count: number;
    reason: string;
  }[];
  const erased = withheld
    .filter((item) => item.reason === 'erased')
    .reduce((sum, item) => sum + item.count, 0);
  assert.equal(erased, 30);
  assert.equal(judge(world, dir).verdict, 'verified, unwitnessed');
});

test('a bundle of chosen entries says that it is not shown complete; the next one names the export before it', async (t) => {
  const world = await openWorld(t);
  await makeCase(world);
  const first = await exportBundle(request(world, { complete: false }), world.ports);
  const judgement = judge(world, first.dir);
  assert.equal(judgement.verdict, 'verified, unwitnessed', failures(judgement));
  assert.match(JSON.stringify(judgement.checks), /Not shown complete/);
  assert.match(readFileSync(join(first.dir, 'report.md'), 'utf8'), /Not shown complete/);
  assert.ok(manifestOf(first.dir).absent.some((each) => each.point === 4));
  const second = await exportBundle(request(world), world.ports);
  const custody = JSON.parse(readFileSync(join(second.dir, 'custody.json'), 'utf8')) as {
    earlierExports: { bundle: string; manifest_sha256: string }[];
  };
  assert.deepEqual(
    custody.earlierExports.map((each) => [each.bundle, each.manifest_sha256]),
    [[first.bundle, first.manifestSha256]],
  );
});

test('the report is plain: it carries no mark-up of others, and promises nothing', async (t) => {
  const world = await openWorld(t);
  await makeCase(world);
  const { dir } = await exportBundle(
    request(world, { requester: 'A <b>court</b>\n# Verified' }),
    world.ports,
  );
  const texts = ['report.md', 'declarations/us-fre-902.md', 'declarations/uk-certificate.md'].map((path) =>
    readFileSync(join(dir, path), 'utf8'),
  );
  const report = texts[0] as string;
  assert.doesNotMatch(report, /^# Verified|<script>|\u202e/m);
  assert.match(report, /It has no error bound/);
  assert.match(report, /Same \\\*template\\\*/);
  assert.match(report, /acct-one appealed; its grounds are in disclosed\.jsonl; not answered yet/);
  assert.match(report, /What speaks against it\n- One account also/);
  for (const text of texts)
    assert.doesNotMatch(text, /\b(qualified ledger|admissible|compliant|unbreakable)\b/i);
  for (const text of texts.slice(1)) assert.match(text, /not legal advice/);
});

test('the report says for how many accounts the last decision is, and where the others stand', async (t) => {
  const world = await openWorld(t);
  await makeCase(world);
  const short = async () =>
    /\*\*In short\.\*\*.*/.exec(
      readFileSync(join((await exportBundle(request(world), world.ports)).dir, 'report.md'), 'utf8'),
    )?.[0] ?? '';
  assert.match(await short(), /“hold” for 3 of 3 accounts, by ben .* is “hold” for 3\. 1 appeal/);
  await openOnAppeal(world);
  assert.match(await short(), /“open” for 1 of 3 accounts, by cleo .* is “hold” for 2, “open” for 1\./);
});

test('nothing is left where an export fails, and nothing is visible that the ledger does not know of', async (t) => {
  const world = await openWorld(t);
  await makeCase(world);
  const refused = { ...world.ports, append: () => Promise.reject(new ServerError('ledger-refused', 'full')) };
  await assert.rejects(exportBundle(request(world), refused), { code: 'ledger-refused' });
  assert.deepEqual(readdirSync(join(world.dataDir, 'bundles')), []);
  await assert.rejects(exportBundle(request(world, { caseId: 'case-2' }), world.ports), {
    code: 'not-found',
  });
  // As the program prints the command, and with signs that do not show: the verifier takes neither for words.
  for (const says of [' ', '…', '\u200b'])
    for (const name of ['requester', 'purpose', 'legalBasis'])
      await assert.rejects(exportBundle(request(world, { [name]: says }), world.ports), {
        code: 'bad-request',
        message: /^An export’s (requester|purpose|legal basis) must be words/,
      });
  assert.ok(!existsSync(join(world.dataDir, 'bundles', 'case-2')));
});

test('what an export that was killed left behind is removed at the next start', async (t) => {
  const world = await openWorld(t);
  await makeCase(world);
  const bundles = join(world.dataDir, 'bundles');
  await discardPartialBundles(bundles);
  const whole = await exportBundle(request(world), world.ports);
  // Killed before the folder has its name.
  const killed = Promise.withResolvers<void>();
  const append = () => {
    killed.resolve();
    return new Promise<never>(() => {});
  };
  void exportBundle(request(world), { ...world.ports, append });
  await killed.promise;
  assert.equal(readdirSync(bundles).length, 2);
  await discardPartialBundles(bundles);
  assert.deepEqual(
    readdirSync(bundles).map((name) => join(bundles, name)),
    [whole.dir],
  );
});

test('a large ledger is exported from the last checkpoint before the accused came, or only on a clear choice', async (t) => {
  const world = await openWorld(t);
  for (let n = 0; n < 30; n++)
    await world.append('account.created', { account: `acct-before-${n}`, by: 'ada' });
  const { size } = await world.ports.archiveCheckpoint();
  await makeCase(world);
  const { dir } = await exportBundle(request(world, { completeLeavesMax: 120 }), world.ports);
  const range = JSON.parse(readFileSync(join(dir, 'range.json'), 'utf8')) as {
    start: number;
    peaks: string[];
  };
  assert.equal(range.start, size);
  const judgement = judge(world, dir);
  assert.equal(judgement.verdict, 'verified, unwitnessed', failures(judgement));
  assert.match(JSON.stringify(judgement.checks), /is the beginning of the tree/);

  const tooMany = exportBundle(request(world, { completeLeavesMax: 50 }), world.ports);
  await assert.rejects(tooMany, /Choose: --complete/);
  const chosen = await exportBundle(request(world, { completeLeavesMax: 50, complete: true }), world.ports);
  assert.equal(judge(world, chosen.dir).verdict, 'verified, unwitnessed');
  const partial = await exportBundle(request(world, { completeLeavesMax: 50, complete: false }), world.ports);
  assert.equal(judge(world, partial.dir).verdict, 'verified, unwitnessed');
});
