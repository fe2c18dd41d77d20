import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSharedTemplates } from '../src/index.ts';
import { runDetector } from './run-detector.ts';
import { createSeededRandom } from './seeded-random.ts';
import { campaign, chatUser, weave } from './synthetic-traffic.ts';

test('every collection stays within its limit', () => {
  const random = createSeededRandom(11);
  const chats = Array.from({ length: 300 }, (_, i) => chatUser(`chat-${i}`, random, 10));
  const traffic = weave([...chats, ...campaign(random, 100, 30)], random);
  const limits = {
    maxCandidates: 50,
    maxTemplates: 20,
    maxAccounts: 120,
    maxAccountsPerTemplate: 30,
    maxTemplatesPerAccount: 4,
    maxValuesPerTemplate: 90,
  };
  const { state } = runDetector(createSharedTemplates(limits), traffic);
  // One below when a candidate was just promoted.
  assert.ok(
    limits.maxCandidates - state.candidates.size <= 1 && state.candidates.size <= limits.maxCandidates,
  );
  assert.equal(state.templates.size, limits.maxTemplates);
  assert.equal(state.accounts.size, limits.maxAccounts);
  assert.ok(state.anchors.size <= 12 * (limits.maxCandidates + limits.maxTemplates));
  for (const template of state.templates.values()) {
    assert.ok(template.usages.size <= limits.maxAccountsPerTemplate);
    assert.ok(template.values.size <= limits.maxValuesPerTemplate);
    assert.equal(
      template.sharedValues,
      [...template.values.values()].filter((sender) => sender === '').length,
    );
  }
  for (const account of state.accounts.values()) {
    assert.ok(account.templates.length <= limits.maxTemplatesPerAccount);
  }
});

test('a campaign in a flood of other prompts is found although most candidates are evicted', () => {
  const random = createSeededRandom(12);
  const chats = Array.from({ length: 400 }, (_, i) => chatUser(`chat-${i}`, random, 25));
  const traffic = weave([...chats, ...campaign(random, 12, 18)], random);
  const { findings } = runDetector(createSharedTemplates({ maxCandidates: 400, maxTemplates: 400 }), traffic);
  assert.equal(findings.at(-1)?.accounts.length, 12);
  assert.ok(findings.every((finding) => finding.accounts.every((account) => account.startsWith('campaign'))));
});

test('a template is kept as hashes until a second account sends it', () => {
  const random = createSeededRandom(13);
  const { state } = runDetector(createSharedTemplates(), weave([chatUser('only', random, 50)], random));
  assert.equal(state.templates.size, 0);
  for (const candidate of state.candidates.values()) assert.equal(candidate.words, null);
});
