import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSharedTemplates } from '../src/index.ts';
import { countFrameWords } from '../src/describe-campaign.ts';
import { defaultThresholds } from '../src/thresholds.ts';
import { runDetector } from './run-detector.ts';
import { createSeededRandom } from './seeded-random.ts';
import { chatSentence, type Stream, weave } from './synthetic-traffic.ts';

const random = createSeededRandom(17);
const accounts = (count: number, each: number, prompt: (account: number, turn: number) => string): Stream[] =>
  Array.from({ length: count }, (_, i) => ({
    account: `account-${i}`,
    prompts: Array.from({ length: each }, (_, k) => prompt(i, k)),
  }));

test('a frame in the middle of free text at both ends is found', () => {
  const streams = accounts(
    12,
    20,
    () =>
      `${chatSentence(random)}. Answer the question above in exactly three numbered steps, naming the rule that you applied in each step and how sure you are of it, then continue: ${chatSentence(random)}`,
  );
  assert.equal(
    runDetector(createSharedTemplates(), weave(streams, random)).findings.at(-1)?.accounts.length,
    12,
  );
});

test('the frame loses what only the earliest prompts had in common', () => {
  const streams = accounts(12, 20, (_, turn) =>
    turn === 0
      ? 'Explain with every intermediate thought why a telescope made of ice would melt in the desert'
      : `Explain with every intermediate thought why ${chatSentence(random)}`,
  );
  const first = streams.map((stream) => ({ ...stream, prompts: stream.prompts.slice(0, 1) }));
  const rest = streams.map((stream) => ({ ...stream, prompts: stream.prompts.slice(1) }));
  const detector = createSharedTemplates();
  const early = runDetector(detector, weave(first, random));
  const { findings } = runDetector(detector, weave(rest, random), early.state);
  const sentence = findings.at(-1)?.signals[0]?.sentence ?? '';
  assert.match(sentence, /one template of 6 fixed words/); // explain with every intermediate thought why
});

test('one busy account can not decide what the frame says', () => {
  const quiet = accounts(
    12,
    9,
    () => `Explain with every intermediate thought and every discarded idea why ${chatSentence(random)}`,
  );
  const busy: Stream = {
    account: 'busy',
    prompts: Array.from(
      { length: 2000 },
      () => `Explain with every intermediate thought, ${chatSentence(random)}`,
    ),
  };
  const detector = createSharedTemplates();
  const early = runDetector(detector, weave(quiet, random));
  const { state } = runDetector(detector, weave([busy], random), early.state);
  const counts = [...state.templates.values()].map((each) => countFrameWords(each, defaultThresholds));
  assert.ok(counts.includes(10)); // explain with every intermediate thought and every discarded idea why
});

test('the account that founded a template is linked to it when the second one comes', () => {
  const streams = accounts(2, 1, (i) => `Explain with every intermediate thought why number ${i} is prime`);
  const { state } = runDetector(createSharedTemplates(), weave(streams, random));
  const [id] = state.templates.keys();
  for (const account of state.accounts.values()) assert.deepEqual(account.templates, [id]);
});
