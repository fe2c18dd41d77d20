import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSharedTemplates } from '../src/index.ts';
import { corpusSources, hasCorpus, splitSource } from './corpus.ts';
import { runDetector } from './run-detector.ts';
import { createSeededRandom } from './seeded-random.ts';
import { type Stream, weave } from './synthetic-traffic.ts';

if (!hasCorpus) {
  console.log(
    'SKIPPED: no real prompts beside the repository (../shared/corpora); synthetic traffic only was tested.',
  );
}

const skip = !hasCorpus;
const namedIn = (streams: readonly Stream[], seed: number): Set<string> => {
  const { findings } = runDetector(createSharedTemplates(), weave(streams, createSeededRandom(seed)));
  return new Set(findings.flatMap((finding) => finding.accounts));
};

/** Sources whose prompts carry a frame. The others hold no shared template, and this detector can not see them. */
const templated = ['gpteacher_toolformer', 'lawyerllama_exam', 'prometheus_rubric', 'zena007_multiteacher'];

test('no benign source, dealt to 12 or to 40 accounts, is named', { skip }, () => {
  for (const source of corpusSources('benign')) {
    for (const accounts of [12, 40]) {
      const streams = splitSource(source, accounts, 200, createSeededRandom(5));
      assert.deepEqual([...namedIn(streams, 6)], [], `${source} over ${accounts} accounts`);
    }
  }
});

test('all benign sources together, one busy account and nine smaller ones each: nobody is named', {
  skip,
}, () => {
  const random = createSeededRandom(21);
  const streams = corpusSources('benign').flatMap((source) => {
    const [busy, ...rest] = splitSource(source, 10, 10_000, random) as [Stream, ...Stream[]];
    return [busy, ...rest.map((stream) => ({ ...stream, prompts: stream.prompts.slice(0, 60) }))];
  });
  const named = namedIn(streams, 22);
  console.log(`benign only: ${named.size} of ${streams.length} accounts named`);
  assert.equal(named.size, 0);
});

for (const name of templated) {
  test(`${name}, split over 12 accounts among benign ones, is found and nobody else is named`, {
    skip,
  }, () => {
    const random = createSeededRandom(31);
    const benign = corpusSources('benign').flatMap((source) => splitSource(source, 4, 60, random));
    const attack = splitSource(`attack_${name}`, 12, 50, random);
    const named = namedIn([...benign, ...attack], 32);
    const members = [...named].filter((account) => account.startsWith('attack_')).length;
    console.log(
      `${name}: ${members} of 12 members, ${named.size - members} of ${benign.length} benign accounts named`,
    );
    assert.equal(named.size - members, 0);
    assert.ok(members >= 11);
  });
}

test('KNOWN LIMIT: sources without a shared template are not found', { skip }, () => {
  for (const source of corpusSources('attack')) {
    if (templated.includes(source.replace('attack_', ''))) continue;
    const named = namedIn(splitSource(source, 12, 200, createSeededRandom(41)), 42);
    assert.equal(named.size, 0, `${source}: now found; say so in the README`);
  }
});
