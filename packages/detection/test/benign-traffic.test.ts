import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSharedTemplates, type Finding } from '../src/index.ts';
import { runDetector } from './run-detector.ts';
import { createSeededRandom } from './seeded-random.ts';
import {
  campaign,
  chatSentence,
  chatUser,
  evaluationRun,
  nightlyPipeline,
  type Stream,
  supportBot,
  weave,
} from './synthetic-traffic.ts';

const random = createSeededRandom(99);
const findingsOf = (streams: Stream[]): Finding[] =>
  runDetector(createSharedTemplates(), weave(streams, random)).findings;
const many = (count: number, make: (i: number) => Stream): Stream[] =>
  Array.from({ length: count }, (_, i) => make(i));

test('one support bot with thousands of near-identical requests', () => {
  assert.deepEqual(
    findingsOf([supportBot('bot', random, 5000), ...many(20, (i) => chatUser(`c${i}`, random, 20))]),
    [],
  );
});

test('a nightly pipeline', () => {
  assert.deepEqual(findingsOf([nightlyPipeline('nightly', random, 3000)]), []);
});

test('twelve accounts that run the same test set', () => {
  assert.deepEqual(findingsOf(many(12, (i) => evaluationRun(`eval-${i}`, random, 150))), []);
});

test('three customers of one vendor who share its template', () => {
  assert.deepEqual(findingsOf(many(3, (i) => supportBot(`tenant-${i}`, random, 400))), []);
});

test('four vendors with three customers each, woven together', () => {
  const vendors: Record<string, (text: string) => string> = {
    tyres: (text) => `Answer briefly for a garage that sells tyres. The customer writes: ${text}?`,
    violins: (text) => `${text}? Reply as the luthier of a small workshop would, and never mention prices.`,
    lamps: (text) => `Classify this message to a lamp shop as order, complaint or question: ${text}`,
    cheese: (text) =>
      `Draft a friendly reply from the dairy to the following letter. Letter: ${text}. Reply:`,
  };
  const streams = Object.entries(vendors).flatMap(([vendor, template]) =>
    many(3, (i) => ({
      account: `${vendor}-${i}`,
      prompts: Array.from({ length: 100 }, () => template(chatSentence(random))),
    })),
  );
  assert.deepEqual(findingsOf(streams), []);
});

test('a popular prompt that two hundred people paste as it is', () => {
  const popular =
    'I want you to act as a linux terminal. I will type commands and you will reply with what the terminal should show. My first command is pwd';
  const streams = many(200, (i) => {
    const stream = chatUser(`c${i}`, random, 3);
    stream.prompts.push(popular, popular);
    return stream;
  });
  assert.deepEqual(findingsOf(streams), []);
});

test('people who paste the popular prompt and nothing else, again and again', () => {
  const popular =
    'I want you to act as a linux terminal. I will type commands and you will reply with what the terminal should show. My first command is pwd';
  assert.deepEqual(findingsOf(many(30, (i) => ({ account: `c${i}`, prompts: Array(12).fill(popular) }))), []);
});

test('a popular template that sixty people fill in now and then, between other things', () => {
  const streams = many(60, (i) => {
    const stream = chatUser(`c${i}`, random, 30);
    for (let k = 0; k < 8; k++) {
      stream.prompts.push(
        `Rewrite the following text so that it sounds more professional: ${chatSentence(random)}`,
      );
    }
    random.shuffle(stream.prompts);
    return stream;
  });
  assert.deepEqual(findingsOf(streams), []);
});

test('a popular template that a few of its many users send nearly all the time', () => {
  const rewrite = (): string =>
    `Rewrite the following text so that it sounds more professional: ${chatSentence(random)}`;
  const streams = many(60, (i) => {
    const stream = chatUser(`c${i}`, random, i < 8 ? 2 : 20);
    for (let k = 0; k < (i < 8 ? 20 : 5); k++) stream.prompts.push(rewrite());
    random.shuffle(stream.prompts);
    return stream;
  });
  assert.deepEqual(findingsOf(streams), []);
});

test('twelve accounts that send the same few questions of their own over and over, as a monitor does', () => {
  const streams = many(12, (i) => {
    const own = Array.from(
      { length: 4 },
      () => `Report the current state of the machine as one line: ${chatSentence(random)}`,
    );
    return { account: `monitor-${i}`, prompts: Array.from({ length: 80 }, (_, k) => own[k % 4] as string) };
  });
  assert.deepEqual(findingsOf(streams), []);
});

test('many chat users whose sentences come from one small grammar', () => {
  assert.deepEqual(findingsOf(many(40, (i) => chatUser(`c${i}`, random, 500))), []);
});

test('KNOWN LIMIT: many customers of one application are raised, and the finding names that doubt', () => {
  const application = many(12, (i) => ({
    ...supportBot(`tenant-${i}`, random, 40),
    extra: {
      system: 'You are the shop assistant.',
      network: { ip: `192.0.2.${i}` },
      billing: `payer-${i}`,
      messages: [{ role: 'assistant', content: 'Hello' }],
    },
  }));
  const finding = findingsOf(application).at(-1);
  assert.ok(finding);
  const against = finding.against.join('\n');
  assert.match(against, /Customers of one application/);
  assert.match(against, /share one template only/);
  assert.match(against, /same system text/);
  assert.match(against, /No two of the 12 accounts with a known network address/);
  assert.match(against, /No two of the 12 accounts with a known billing name/);
  assert.match(against, /continue a dialogue/);
});

test('a shared address or billing name is counted when it is there', () => {
  const streams = many(12, (i) => ({
    ...supportBot(`tenant-${i}`, random, 40),
    extra: { network: { ip: `192.0.2.${i % 3}` }, billing: i < 6 ? 'one' : `payer-${i}` },
  }));
  const signals = findingsOf(streams).at(-1)?.signals ?? [];
  assert.equal(signals.find((signal) => signal.name === 'shared-address')?.count, 12);
  assert.equal(signals.find((signal) => signal.name === 'shared-billing')?.count, 6);
});

test('an address that everybody comes from, such as a proxy, links nobody, and the finding says so', () => {
  const random = createSeededRandom(19);
  const extra = { network: { ip: '198.51.100.7' } };
  const members = campaign(random, 12, 18).map((stream) => ({ ...stream, extra }));
  const others = Array.from({ length: 14 }, (_, i) => ({ ...chatUser(`chat-${i}`, random, 30), extra }));
  const finding = runDetector(createSharedTemplates(), weave([...members, ...others], random)).findings.at(
    -1,
  );
  assert.ok(finding);
  assert.ok(!finding.signals.some((signal) => signal.name === 'shared-address'));
  assert.match(
    finding.against.join(' '),
    /12 of them were last seen at network addresses that as many other/,
  );
});
