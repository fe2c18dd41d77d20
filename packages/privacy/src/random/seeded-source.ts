import type { BitSource } from './bit-source.ts';
import { splitWords } from './split-words.ts';

/**
 * Repeatable bits for tests: xoshiro128** (Blackman and Vigna 2021), its state from the seed by SplitMix64 (Steele, Lea and Flood 2014).
 * Not secret, and refused by every release, by type and at run time.
 */
export function createSeededSource(seed: bigint): BitSource {
  let [a, b, c, d] = stateFrom(seed);
  return splitWords(() => {
    const scrambled = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return scrambled;
  });
}

function rotate(value: number, count: number): number {
  return (value << count) | (value >>> (32 - count));
}

function stateFrom(seed: bigint): [number, number, number, number] {
  let state = seed;
  const next = (): number => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let z = state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return Number(BigInt.asUintN(32, z ^ (z >> 31n)));
  };
  return [next(), next(), next(), next()];
}
