import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import {
  createDiscreteGaussian,
  createDiscreteLaplace,
  type Draw,
  rational,
  toNumberDown,
} from '../src/index.ts';
import * as mechanisms from '../src/mechanisms/index.ts';
import { publicationChances } from '../src/mechanisms/partition-selection.ts';
import { createSeededSource } from '../src/testing.ts';

const read = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
/** Cells of the rows of a table that follows a heading row. */
function tableAfter(text: string, heading: string): string[][] {
  const rows = text.slice(text.indexOf(heading)).split('\n\n')[0]?.split('\n').slice(2) ?? [];
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

suite('what the words say', () => {
  test('the example of the README runs as it stands, in ten lines, and prints a count with noise', () => {
    const example = /```ts\n(.*?)```/s.exec(read('README.md'))?.[1] ?? '';
    assert.ok(example.trim().split('\n').length <= 10);
    const run = (): string =>
      execFileSync(
        process.execPath,
        ['--conditions=portcullis-source', '--input-type=module-typescript', '--eval', example],
        { cwd: new URL('..', import.meta.url), encoding: 'utf8', timeout: 20_000 },
      );
    const outputs = Array.from({ length: 4 }, run);
    for (const output of outputs) {
      const count = Number(/^(-?\d+)n discrete-laplace\n$/.exec(output)?.[1]);
      // Beyond 40 with a chance of e⁻²⁰.
      assert.ok(Math.abs(count - 4) <= 40, output);
    }
  });

  test('the README names every mechanism', () => {
    const readme = read('README.md');
    for (const name of Object.keys(mechanisms).filter((each) => each.endsWith('Mechanism')))
      assert.ok(readme.includes(`\`${name}\``), name);
  });

  test('errors of a count are those of the table', () => {
    const rows = tableAfter(read('docs/choosing.md'), '| epsilon of one count |');
    assert.equal(rows.length, 5);
    for (const [loss = '', within, odds] of rows) {
      const decay = Math.exp(-Number(loss));
      const outside = (most: number): number => (2 * decay ** (most + 1)) / (1 + decay);
      assert.ok(outside(Number(within)) <= 0.05 && outside(Number(within) - 1) > 0.05, loss);
      assert.ok(Math.abs(Number(odds) / Math.exp(Number(loss)) - 1) < 0.02, loss);
    }
  });

  test('units that a name needs are those of the table', () => {
    const rows = tableAfter(read('docs/choosing.md'), '| epsilon, delta |');
    assert.equal(rows.length, 4);
    for (const [pair = '', even, certain] of rows) {
      const [loss = '', slack = ''] = pair.split(', ');
      const chances = publicationChances({ epsilon: rational(loss), delta: rational(slack) }).map(
        toNumberDown,
      );
      assert.equal(
        chances.findIndex((chance) => chance >= 0.5),
        Number(even),
      );
      assert.equal(chances.length - 1, Number(certain));
    }
  });

  test('how far the bits that are read tell the size of the noise is what the limits say', () => {
    const stated =
      /over 20,000 draws: ([\d.]+) at [^,]*, ([\d.]+) at 100, ([\d.]+) at 2²¹; ([\d.]+)\s+for Gaussian[^,]*, ([\d.]+) at/s.exec(
        read('docs/limits.md'),
      );
    const draws = [
      createDiscreteLaplace(rational(2)),
      createDiscreteLaplace(rational(100)),
      createDiscreteLaplace(rational(2n ** 21n)),
      createDiscreteGaussian(rational(100)),
      createDiscreteGaussian(rational(2n ** 40n)),
    ];
    draws.forEach((draw, index) => {
      const found = correlationOfBits(draw, 20_000);
      assert.ok(Math.abs(found - Number(stated?.[index + 1])) < 0.03, `${index}: ${found}`);
    });
  });
});

/** Pearson's correlation of |noise| with the number of bits read for it. */
function correlationOfBits(draw: Draw, runs: number): number {
  const seeded = createSeededSource(1n);
  let bits = 0;
  const source = {
    bits: (count: number) => {
      bits += count;
      return seeded.bits(count);
    },
  };
  const sizes: number[] = [];
  const counts: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    bits = 0;
    sizes.push(Math.abs(Number(draw(source))));
    counts.push(bits);
  }
  const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each) / runs;
  const [size, count] = [mean(sizes), mean(counts)];
  const together = mean(sizes.map((each, index) => (each - size) * ((counts[index] as number) - count)));
  const spread = (values: readonly number[], middle: number): number =>
    Math.sqrt(mean(values.map((each) => (each - middle) ** 2)));
  return together / spread(sizes, size) / spread(counts, count);
}
