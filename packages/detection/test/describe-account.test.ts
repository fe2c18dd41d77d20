import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Traffic } from '../src/index.ts';
import { describeAccount, usualOf } from '../src/hunt/describe-account.ts';
import { examplesOf } from '../src/hunt/account-measures.ts';
import { type WatchedAccount, watchAccount } from '../src/hunt/watched-account.ts';
import { signalNames } from '../src/linking/neighbour-signals.ts';
import { addExchange } from '../src/signals/account-state.ts';
import { createEmbedder } from '../src/signals/embed-prompt.ts';
import { createExchange } from './create-exchange.ts';
import { createSeededRandom } from './seeded-random.ts';

const embedder = createEmbedder(1);
const random = createSeededRandom(1);
const things = ['bicycle', 'oven', 'fence', 'laptop', 'watch'];
const talk = [
  { role: 'user', content: 'x' },
  { role: 'assistant', content: 'y' },
];

function watched(count: number, exchange: (i: number) => Partial<Traffic>): WatchedAccount {
  const one = watchAccount('a', 0);
  for (let i = 0; i < count; i++) {
    const time = i * 3600;
    addExchange(one.state, createExchange({ time, ref: i, ...exchange(i) }), time, embedder);
  }
  return one;
}

const person = (followUps: number): WatchedAccount =>
  watched(20, (i) => ({
    prompt: `my ${random.pick(things)} broke ${i} times`,
    messages: i < followUps ? talk : null,
  }));
const harvester = watched(60, (i) => ({
  prompt: `Explain ${random.pick(['rivers', 'steam', 'cheese', 'glass'])} step by step, case ${i}.`,
}));
const names = (account: WatchedAccount, usual: ReturnType<typeof usualOf>): string[] =>
  describeAccount(account, usual).signals.map((signal) => signal.name);

test('what stands out is named with counts and examples, what does not is not', () => {
  const usual = usualOf(Array.from({ length: 30 }, (_, i) => person(1 + (i % 10))));
  const { signals, against } = describeAccount(harvester, usual);
  const training = signals.find(({ name }) => name === 'training_value');
  assert.match(
    training?.sentence ?? '',
    /^60 of 60 prompts ask for .*example exchange 0, 1, 2.*half have \d+% or less\.$/,
  );
  assert.equal(training?.value, 1);
  assert.ok(signals.some(({ name }) => name === 'follow_ups'));
  assert.ok(!against.some((sentence) => /go on with an earlier answer, which/.test(sentence)));
  assert.ok(!against.some((sentence) => /ask for/.test(sentence)));
  for (const name of ['training_value', 'follow_ups'])
    assert.ok(!names(person(5), usual).includes(name), name);
});

test('what speaks against it is what points the other way', () => {
  const usual = usualOf(Array.from({ length: 30 }, (_, i) => person(i % 4)));
  const { against } = describeAccount(person(18), usual);
  assert.match(against[0] ?? '', /^18 of 20 prompts go on with an earlier answer, which people do/);
});

test('what the logs never hold, for anybody, is neither a signal nor speaks against it', () => {
  const usual = usualOf(Array.from({ length: 30 }, () => person(0)));
  // Two different prompts that met in one bit.
  harvester.state.ownRepeats = 1;
  const { signals, against } = describeAccount(harvester, usual);
  for (const sentence of [...against, ...signals.map((signal) => signal.sentence)])
    assert.doesNotMatch(sentence, /go on with an earlier answer|log probabilities|had been sent/);
});

test('beside no benign account nothing stands out', () => {
  assert.deepEqual(describeAccount(harvester, usualOf([])).signals, []);
});

test('each sentence cites exchanges that show what it says', () => {
  const usual = usualOf(Array.from({ length: 30 }, () => person(3)));
  // Every prompt sets a task; a few ask for more, none of them among the earliest.
  const mixed = watched(40, (i) => ({
    prompt: i >= 20 && i < 30 ? `Explain rivers step by step, case ${i}.` : `Describe river number ${i}.`,
    params: i >= 10 && i < 20 ? { logprobs: true } : i >= 30 ? { max_tokens: 8192 } : null,
  }));
  const sentences = new Map(
    describeAccount(mixed, usual).signals.map(({ name, sentence }) => [name, sentence]),
  );
  const cited = (name: string): string =>
    /\(for example exchange (.*?)\)/.exec(sentences.get(name) ?? '')?.[1] ?? '';
  assert.equal(cited('impersonal_tasks'), '0, 1, 2');
  assert.equal(cited('harvested_settings'), '10, 11, 12');
  assert.equal(cited('training_value'), '20, 21, 22');
  assert.equal(cited('longest_answers'), '30, 31, 32');
  assert.deepEqual(examplesOf(mixed.state, 'harvested_settings'), [10, 11, 12]);
  assert.deepEqual(examplesOf(mixed.state, 'homogeneity'), [0, 1, 2]);
});

test('what it did itself is said before whom it resembles', () => {
  const usual = usualOf(Array.from({ length: 30 }, () => person(3)));
  const signals = new Float32Array(signalNames.length);
  const said = names({ ...harvester, signals }, usual);
  assert.ok(said.includes('homogeneity') && said.includes('same_pace'));
  assert.ok(said.indexOf('training_value') < said.indexOf('homogeneity'));
});
