import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lengthShift } from '../bench/detection/anchor/length-shift.ts';
import { levelPrompt } from '../bench/detection/anchor/level-prompt.ts';
import { meanShift } from '../bench/detection/anchor/mean-shift.ts';
import { createNormalScores } from '../bench/detection/anchor/normal-scores.ts';
import { PROFILE, profilePrompt } from '../bench/detection/anchor/profile-prompt.ts';
import { profileWindowTest } from '../bench/detection/anchor/profile-window-test.ts';
import { tableOf } from '../bench/detection/anchor/table.ts';
import { createSeededRandom, type SeededRandom } from '../packages/detection/test/seeded-random.ts';

const WORDS = 'river stone paper light winter garden engine letter market doctor window silver'.split(' ');

function writePrompt(random: SeededRandom, words: number, end: string): string {
  const text = Array.from({ length: words + random.below(5) }, () => random.pick(WORDS)).join(' ');
  return `${text[0]?.toUpperCase()}${text.slice(1)}${end}`;
}

test('normal scores are those of the ranks, alike for equal values, and bounded however odd the value', () => {
  const reference = tableOf([[1], [2], [2], [9]], 1);
  const { cells } = createNormalScores(reference)(tableOf([[0], [2], [1e9], [5]], 1));
  const rounded = [...cells].map((x) => Number(x.toFixed(4)));
  // Quantiles of .5/5, 2.5/5, 4.5/5 and 3.5/5.
  assert.deepEqual(rounded, [-1.2816, 0, 1.2816, 0.5244]);
});

test("a shift of means is Hotelling's, standardised: nothing between equals, and correlated columns count once", () => {
  const reference = tableOf(
    [
      [1, 1],
      [-1, -1],
      [2, 0],
      [-2, 0],
    ],
    2,
  );
  assert.ok(Math.abs(meanShift(reference, reference) + 1) < 1e-12, 'T² of 0 less its mean of 2, over 2');
  // Covariance [[2.5, .5], [.5, .5]], its diagonal 2 % larger; means differ by (1, 1) and (1, -1); both have four rows.
  const along = meanShift(reference, tableOf([[1, 1]], 2));
  const across = meanShift(reference, tableOf([[1, -1]], 2));
  const square = (x: number, y: number): number => {
    const [a, b, c] = [2.55, 0.5, 0.51];
    return ((c * x * x - 2 * b * x * y + a * y * y) / (a * c - b * b)) * (4 / 5);
  };
  assert.ok(Math.abs(along - (square(1, 1) - 2) / 2) < 1e-9, String(along));
  assert.ok(Math.abs(across - (square(1, -1) - 2) / 2) < 1e-9, String(across));
});

test('lengths that move to both ends are seen where their mean stays', () => {
  const reference = Float64Array.from({ length: 400 }, (_, i) => i);
  const ends = Float64Array.from({ length: 200 }, (_, i) => (i < 100 ? i : 299 + i - 99));
  assert.ok(lengthShift(reference, reference) < 0);
  assert.ok(lengthShift(reference, ends) > 10, String(lengthShift(reference, ends)));
});

test('a profile has its width for any prompt, and tells how a prompt is written, not what it says', () => {
  assert.deepEqual([profilePrompt('').length, profilePrompt('x').length], [PROFILE, PROFILE]);
  assert.ok(profilePrompt('').every(Number.isFinite));
  assert.deepEqual(profilePrompt('Tell the truth.'), profilePrompt('Sell the tooth.'));
  assert.notDeepEqual(profilePrompt('Tell the truth.'), profilePrompt('tell the truth.'));
});

test('a levelled prompt shows nothing of how it was written', () => {
  assert.equal(levelPrompt('  NEW YORK (Reuters) - "Oil" fell 3 %…'), 'new york reuters oil fell');
  assert.equal(levelPrompt('a b c d e f g h i j'), 'a b c d e f g h');
});

test('the profile finds a tenth of prompts that are written in another way, and not another draw of the same', () => {
  const random = createSeededRandom(4);
  const draw = (count: number, words: number, end: string): string[] =>
    Array.from({ length: count }, () => writePrompt(random, words, end));
  const score = profileWindowTest.create();
  const reference = draw(400, 20, '.');
  const same = Array.from({ length: 40 }, () => score(reference, draw(200, 20, '.')));
  const mixed = score(reference, [...draw(180, 20, '.'), ...draw(20, 6, '!')]);
  assert.ok(mixed > Math.max(...same), `${mixed} against ${Math.max(...same)}`);
  const mean = same.reduce((sum, x) => sum + x, 0) / same.length;
  assert.ok(mean < 0.5, `${mean} on average`);
});
