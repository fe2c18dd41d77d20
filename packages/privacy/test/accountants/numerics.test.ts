import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import {
  erfc,
  logErfc,
  normalQuantileUp,
  normalTail,
  scaledErfc,
} from '../../src/accountants/normal-tail.ts';
import { composeLaws } from '../../src/accountants/pld/composition.ts';
import { inverseTransform, mirrored, transform, transformError } from '../../src/accountants/pld/fourier.ts';
import { tiltLaw } from '../../src/accountants/pld/tilted-law.ts';
import { createSeededSource } from '../../src/testing.ts';

const relative = (actual: number, expected: number, error: number): void =>
  assert.ok(Math.abs(actual / expected - 1) <= error, `${actual} is not ${expected}`);

suite('the normal tail', () => {
  // mpmath at 60 digits.
  const ERFC: readonly (readonly [number, number, number])[] = [
    [-3, 1.9999779095030015, 0.6931361352504468],
    [-0.3, 1.3286267594591274, 0.28414589714140825],
    [0.46875, 0.507386526782062, -0.6784821856143961],
    [1, 0.15729920705028513, -1.8496055099332482],
    [3.9, 3.4792248597231765e-8, -17.1738712164354],
    [5, 1.537459794428035e-12, -27.200889545537436],
    [20, 5.395865611607901e-176, -403.56934333410425],
    [26, 5.663192408856143e-296, -679.8311997631943],
    [100, 0, -10005.177585122665],
  ];

  test('is exact to a few units in the last place, as a number and as a logarithm', () => {
    for (const [x, value, log] of ERFC) {
      if (value > 0) relative(erfc(x), value, 1e-15);
      relative(logErfc(x), log, 1e-15);
    }
    relative(scaledErfc(20) * Math.exp(-400), erfc(20), 1e-13);
  });

  test('its quantile is on the far side, and near', () => {
    for (const mass of [0.5, 0.1, 1e-3, 1e-12, 1e-100, 1e-290]) {
      const tail = normalTail(normalQuantileUp(mass));
      assert.ok(tail <= mass && tail >= mass * (1 - 1e-5), `${mass}`);
    }
  });
});

suite('the transform', () => {
  const reversed = (k: number, size: number): number => {
    let result = 0;
    for (let bit = 1; bit < size; bit <<= 1) result = (result << 1) | (k & bit ? 1 : 0);
    return result;
  };
  const numbers = (size: number): fc.Arbitrary<Float64Array> =>
    fc.float64Array({ minLength: size, maxLength: size, min: -1, max: 1, noNaN: true });

  test('is the sum that defines it, in bit-reversed order, within its bound', () => {
    for (const size of [1, 2, 4, 8, 32, 64, 512]) {
      fc.assert(
        fc.property(numbers(size), numbers(size), (x, y) => {
          const [re, im] = [x.slice(), y.slice()];
          transform(re, im);
          let [error, norm] = [0, 0];
          for (let place = 0; place < size; place += 1) {
            const k = reversed(place, size);
            assert.equal(reversed(mirrored(place), size), (size - k) % size);
            let [a, b] = [0, 0];
            for (let n = 0; n < size; n += 1) {
              const angle = (-2 * Math.PI * ((k * n) % size)) / size;
              a += x[n]! * Math.cos(angle) - y[n]! * Math.sin(angle);
              b += x[n]! * Math.sin(angle) + y[n]! * Math.cos(angle);
            }
            error += (a - re[place]!) ** 2 + (b - im[place]!) ** 2;
            norm += a * a + b * b;
          }
          // The sum has an error of its own.
          assert.ok(
            Math.sqrt(error) <= (transformError(size) + size * Number.EPSILON) * Math.sqrt(norm) + 1e-300,
          );
          inverseTransform(re, im);
          re.forEach((value, n) => assert.ok(Math.abs(value / size - x[n]!) < 1e-14));
          im.forEach((value, n) => assert.ok(Math.abs(value / size - y[n]!) < 1e-14));
        }),
        { numRuns: 10 },
      );
    }
  });
});

suite('the error of the transform', () => {
  test('there and back is within its bound, which is no idle one', () => {
    for (const size of [2 ** 10, 2 ** 13, 2 ** 16]) {
      const source = createSeededSource(BigInt(size));
      const [x, y] = [0, 1].map(() =>
        Float64Array.from({ length: size }, () => source.bits(32) / 2 ** 32 - 0.5),
      );
      const [re, im] = [x!.slice(), y!.slice()];
      transform(re, im);
      inverseTransform(re, im);
      let [error, norm] = [0, 0];
      for (let n = 0; n < size; n += 1) {
        error += (re[n]! / size - x![n]!) ** 2 + (im[n]! / size - y![n]!) ** 2;
        norm += x![n]! ** 2 + y![n]! ** 2;
      }
      const part = Math.sqrt(error / norm) / (2 * transformError(size));
      // Roundings mostly cancel; a hundred times less than the bound would be no bound.
      assert.ok(part < 1 && part > 1 / 200, `${part} of the bound at ${size}`);
    }
  });
});

suite('composition of laws', () => {
  test('is convolution, both laws within the error that it states', () => {
    const masses = (): fc.Arbitrary<Float64Array> =>
      fc.float64Array({ minLength: 9, maxLength: 9, min: 0.01, max: 1, noNaN: true });
    fc.assert(
      fc.property(masses(), masses(), fc.integer({ min: 1, max: 7 }), (a, b, count) => {
        const law = (of: Float64Array) =>
          tiltLaw({ origin: 0, step: 0.5, masses: of, infinite: 0, shift: 0 }, 0.7);
        const [upper, lower] = [law(a), law(b)];
        const size = 64;
        const sums = composeLaws([{ upper, lower, count }], size);
        for (const [side, { weights }] of [
          [sums.upper, upper],
          [sums.lower, lower],
        ] as const) {
          let expected = Float64Array.of(1);
          for (let k = 0; k < count; k += 1) {
            const next = new Float64Array(expected.length + weights.length - 1);
            expected.forEach((x, i) => weights.forEach((y, j) => (next[i + j] = next[i + j]! + x * y)));
            expected = next;
          }
          const wrapped = new Float64Array(size);
          expected.forEach((x, i) => (wrapped[i % size] = wrapped[i % size]! + x));
          const error = Math.hypot(...wrapped.map((x, i) => x - side[i]!));
          assert.ok(error <= sums.error, `${error} is above ${sums.error}`);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('a tilt can be undone', () => {
    const masses = Float64Array.of(0.5, 0.3, 0.15, 0.05);
    for (const theta of [0, 0.5, 30, 900]) {
      const { weights, origin, step, logScale } = tiltLaw(
        { origin: -1, step: 0.7, masses, infinite: 0, shift: 0 },
        theta,
      );
      masses.forEach((mass, i) => {
        const back = Math.log(weights[i]!) + logScale - theta * (origin + i * step);
        if (weights[i]! > 0)
          assert.ok(Math.abs(back - Math.log(mass)) < 1e-12 * (1 + theta), `${theta} ${i}`);
      });
    }
  });
});
