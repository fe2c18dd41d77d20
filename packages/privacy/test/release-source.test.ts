import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { mock, suite, test } from 'node:test';
import { type BitSource, createReleaseSource, PrivacyError, requireReleaseSource } from '../src/index.ts';
import { createSeededSource } from '../src/testing.ts';

const refused = (code: string) => (error: unknown) => error instanceof PrivacyError && error.code === code;

suite('the source of a release', () => {
  test('draws as many bits as were asked for, of every count, and all values of few', () => {
    const source = createReleaseSource();
    for (let count = 1; count <= 32; count++) {
      let seen = 0;
      for (let draw = 0; draw < 200; draw++) {
        const value = source.bits(count);
        assert.ok(Number.isInteger(value) && value >= 0 && value < 2 ** count, `${value} of ${count} bits`);
        seen = Math.max(seen, value);
      }
      // The chance that 200 values all miss the upper half is 2⁻²⁰⁰.
      assert.ok(seen >= 2 ** (count - 1));
    }
  });

  test('a count of bits that makes no sense is refused, not answered with zero', () => {
    const source = createReleaseSource();
    for (const count of [0, -1, 33, 1.5, Number.NaN, Infinity])
      assert.throws(() => source.bits(count), refused('bad_parameter'));
  });

  test('a seeded source, a copy and a wrapper of a real one are refused at run time', () => {
    const source: BitSource = createReleaseSource();
    assert.doesNotThrow(() => requireReleaseSource(source));
    for (const other of [createSeededSource(1n), { ...source }, new Proxy(source, {}), Object.create(source)])
      assert.throws(() => requireReleaseSource(other as BitSource), refused('not_a_release_source'));
  });

  test('words that were taken are wiped in the pool, and the others are not yet', () => {
    const fill = crypto.randomFillSync;
    let pool = new Uint32Array();
    // The platform's generator still fills it; only which array it fills is looked at.
    mock.method(crypto, 'randomFillSync', (array: Uint32Array<ArrayBuffer>) => {
      pool = array;
      return fill(array);
    });
    syncBuiltinESMExports();
    try {
      const source = createReleaseSource();
      const drawn = new Set(Array.from({ length: 100 }, () => source.bits(32)));
      assert.ok(pool.subarray(0, 100).every((word) => word === 0));
      // The chance that half of the other words are zero is below 2⁻¹⁰⁰⁰⁰.
      assert.ok(pool.subarray(100).filter((word) => word !== 0).length > pool.length / 2);
      assert.ok(drawn.size > 90);
    } finally {
      mock.restoreAll();
      syncBuiltinESMExports();
    }
  });

  test('its draws can not be replaced', () => {
    const source = createReleaseSource() as unknown as { bits: unknown };
    assert.throws(() => {
      source.bits = () => 0;
    }, TypeError);
  });
});
