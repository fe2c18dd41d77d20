import type { BitSource } from './bit-source.ts';

/** Repeatable bits for tests (SplitMix64, Steele, Lea and Flood 2014). Not secret, and refused by every release, by type and at run time. */
export function createSeededSource(seed: bigint): BitSource {
  let state = BigInt.asUintN(64, seed);
  const next = (): number => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let z = state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return Number(BigInt.asUintN(32, (z ^ (z >> 31n)) >> 16n));
  };
  return { bits: (count) => next() >>> (32 - count) };
}
