import type { BitSource } from '../random/bit-source.ts';

/** A sampler whose parameters were read and checked once. */
export type Draw = (source: BitSource) => bigint;
