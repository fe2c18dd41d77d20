import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createSharedTemplates,
  quoteTemplate,
  DetectionError,
  defaultThresholds,
  type Json,
} from '../src/index.ts';
import { runDetector } from './run-detector.ts';
import { createSeededRandom } from './seeded-random.ts';
import {
  campaign,
  chatUser,
  evaluationRun,
  nightlyPipeline,
  supportBot,
  weave,
} from './synthetic-traffic.ts';

const isCampaign = (account: string): boolean => account.startsWith('campaign');

/** Forty accounts as in a newcomer's rehearsal: 28 benign, 12 that act as one. */
function rehearsal(seed: number) {
  const random = createSeededRandom(seed);
  const streams = [
    ...Array.from({ length: 25 }, (_, i) => chatUser(`chat-${i}`, random, 8 + random.below(20))),
    supportBot('support-bot', random, 200),
    nightlyPipeline('nightly-pipeline', random, 150),
    evaluationRun('evaluation-run', random, 120),
    ...campaign(random, 12, 18),
  ];
  return weave(streams, random);
}

for (const seed of [1, 2, 3, 4, 5]) {
  test(`finds the twelve and nobody else, after 100 to 200 of their exchanges (seed ${seed})`, () => {
    const traffic = rehearsal(seed);
    const { findings, at } = runDetector(createSharedTemplates(), traffic);
    const seen = traffic.slice(0, (at[0] ?? traffic.length) + 1).filter((t) => isCampaign(t.account)).length;
    assert.ok(seen >= 100 && seen <= 200, `found after ${seen}`);
    const last = findings.at(-1);
    assert.equal(last?.accounts.length, 12);
    assert.deepEqual(
      findings.flatMap((f) => f.accounts).filter((account) => !isCampaign(account)),
      [],
    );
    assert.equal(new Set(findings.map((f) => f.campaign)).size, 1);
  });
}

test('a finding says what was counted, and that it has no error bound', () => {
  const traffic = rehearsal(1);
  const { findings } = runDetector(createSharedTemplates(), traffic);
  const finding = findings.at(-1);
  assert.ok(finding);
  assert.deepEqual(finding.bound, {
    kind: 'none',
    statement: 'No calibrated error bound yet: this raises a case for a person and can not accuse.',
  });
  assert.deepEqual(finding.accounts, [...finding.accounts].sort());
  assert.ok(finding.against.length > 0 && finding.wouldHaveCleared.length > 0);
  const names = new Set(finding.signals.map((signal) => signal.name));
  assert.deepEqual(names, new Set(['shared-template', 'divided-work', 'template-share']));
  for (const signal of finding.signals) {
    assert.match(signal.sentence, /\d/);
    assert.ok(signal.sentence.length < 400);
    assert.ok(signal.examples.length > 0 && signal.examples.length <= defaultThresholds.maxExamples);
    for (const ref of signal.examples) assert.ok(finding.accounts.includes(traffic[ref]?.account ?? ''));
  }
});

test('a finding says nothing that a prompt said', () => {
  const traffic = rehearsal(2);
  const { findings } = runDetector(createSharedTemplates(), traffic);
  const finding = findings.at(-1);
  assert.ok(finding);
  const templates = finding.signals.filter((signal) => signal.name === 'shared-template');
  assert.equal(templates.length, 3);
  for (const { sentence } of templates) assert.match(sentence, /share one template of \d+ fixed words with/);
  const said = JSON.stringify(finding).toLowerCase();
  for (const words of ['hidden step', 'task below', 'mortgage', 'bicycle', 'telescope'])
    assert.ok(!said.includes(words), `the finding quotes "${words}"`);
});

test('the examples of a signal show its template to who may read them', () => {
  const traffic = rehearsal(2);
  const { findings } = runDetector(createSharedTemplates(), traffic);
  const quoted = findings
    .at(-1)
    ?.signals.filter((signal) => signal.name === 'shared-template')
    .map((signal) => quoteTemplate(signal.examples.map((ref) => traffic[ref]?.prompt ?? '')));
  assert.ok(
    quoted?.some((each) => each.startsWith('think about the task below and write every hidden step')),
  );
});

test('counts are those of the traffic', () => {
  const traffic = rehearsal(3);
  const { findings, at } = runDetector(createSharedTemplates(), traffic);
  const finding = findings[0];
  assert.ok(finding);
  const theirs = traffic.slice(0, (at[0] as number) + 1).filter((t) => finding.accounts.includes(t.account));
  assert.equal(finding.exchanges, theirs.length);
  assert.equal(finding.firstTime, theirs[0]?.time);
  assert.equal(finding.lastTime, theirs.at(-1)?.time);
  assert.equal(finding.statistic, new Set(theirs.map((t) => t.prompt)).size);
});

test('accounts that join later extend the finding under the same key, in steps', () => {
  const random = createSeededRandom(6);
  const early = weave(campaign(random, 8, 20), random);
  const late = weave([...campaign(random, 8, 20), ...campaign(random, 16, 20, 'late')], random);
  const detector = createSharedTemplates();
  const first = runDetector(detector, early);
  const second = runDetector(detector, late, first.state);
  assert.equal(first.findings.at(-1)?.accounts.length, 8);
  assert.equal(second.findings.at(-1)?.accounts.length, 24);
  const all = [...first.findings, ...second.findings];
  assert.equal(new Set(all.map((finding) => finding.campaign)).size, 1);
  assert.ok(all.length <= 8, `${all.length} findings`);
  all.slice(1).forEach((finding, i) => assert.ok(finding.accounts.length > (all[i]?.accounts.length ?? 0)));
});

test('an account that only touched a template is not named, and the finding says so', () => {
  const random = createSeededRandom(7);
  const streams = campaign(random, 12, 18);
  const visitor = chatUser('visitor', random, 40);
  visitor.prompts.push(...(streams[0]?.prompts.splice(0, 3) ?? []));
  random.shuffle(visitor.prompts);
  const { findings } = runDetector(
    createSharedTemplates({ minExchanges: 180 }),
    weave([visitor, ...streams], random),
  );
  const finding = findings.at(-1);
  assert.equal(finding?.accounts.includes('visitor'), false);
  assert.ok(finding?.against.some((sentence) => sentence.startsWith('1 more account used a template')));
});

test('the same traffic gives the same findings, also across a snapshot at any point', () => {
  const traffic = rehearsal(4);
  const detector = createSharedTemplates();
  const whole = runDetector(detector, traffic);
  assert.deepEqual(runDetector(createSharedTemplates(), traffic).findings, whole.findings);
  for (const cut of [0, 1, 400, 640, traffic.length]) {
    const before = runDetector(detector, traffic.slice(0, cut));
    const stored = JSON.parse(JSON.stringify(detector.snapshot(before.state))) as Json;
    const after = runDetector(
      createSharedTemplates(),
      traffic.slice(cut),
      createSharedTemplates().restore(stored),
    );
    assert.deepEqual([...before.findings, ...after.findings], whole.findings, `cut at ${cut}`);
    assert.deepEqual(detector.snapshot(after.state), detector.snapshot(whole.state), `cut at ${cut}`);
  }
});

test('a snapshot is a copy', () => {
  const detector = createSharedTemplates();
  const { state } = runDetector(detector, rehearsal(5).slice(0, 500));
  const stored = detector.snapshot(state);
  const text = JSON.stringify(stored);
  runDetector(detector, rehearsal(5).slice(500), state);
  assert.equal(JSON.stringify(stored), text);
});

test('the digest names the method: it changes with every threshold and refuses a foreign snapshot', () => {
  const detector = createSharedTemplates();
  assert.match(detector.digest(), /^[0-9a-f]{64}$/);
  const digests = new Set([detector.digest()]);
  for (const [name, value] of Object.entries(defaultThresholds)) {
    digests.add(createSharedTemplates({ [name]: value < 1 ? value / 2 : value + 1 }).digest());
  }
  assert.equal(digests.size, Object.keys(defaultThresholds).length + 1);
  const foreign = createSharedTemplates({ minAccounts: 7 });
  const stored = detector.snapshot(detector.initial());
  assert.throws(
    () => foreign.restore(stored),
    (error) => isDetectionError(error, 'snapshot_mismatch'),
  );
  assert.throws(
    () => detector.restore(null),
    (error) => isDetectionError(error, 'snapshot_mismatch'),
  );
});

test('thresholds that make no sense are refused by name', () => {
  const bad = [
    { minAccounts: 0 },
    { minTemplateShare: 1.5 },
    { maxTemplates: 2.5 },
    { minacounts: 3 } as object,
  ];
  for (const thresholds of bad) {
    assert.throws(
      () => createSharedTemplates(thresholds),
      (error) => isDetectionError(error, 'bad_threshold'),
    );
  }
});

function isDetectionError(error: unknown, code: string): boolean {
  return error instanceof DetectionError && error.code === code;
}
