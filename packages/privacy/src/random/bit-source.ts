/** Where random bits come from. Samplers read nothing else, so that a tape of bits repeats them exactly. */
export interface BitSource {
  /** A uniform integer of `count` bits, 1 ≤ count ≤ 32. */
  bits(count: number): number;
}

declare const fit: unique symbol;
/**
 * A source whose draws may be released: only `createReleaseSource` makes one. A seeded source is a `BitSource` and not this, so noise
 * that can be repeated does not type-check where a release asks for its source.
 */
export interface ReleaseSource extends BitSource {
  readonly [fit]: true;
}
