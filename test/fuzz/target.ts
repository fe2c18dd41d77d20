import type fc from 'fast-check';

/** One parser that strangers reach, and what must hold of it whatever the bytes are. */
export type FuzzTarget = {
  /** Also the name of its file in `targets/`. */
  readonly name: string;
  /** What holds, in one sentence. */
  readonly holds: string;
  /** Inputs to begin with, from vectors and golden files. */
  readonly seeds: () => readonly Uint8Array[];
  /** Words of the format, for the fuzzer to put in. */
  readonly words?: readonly string[];
  /** Parts of paths outside `packages/` whose code the fuzzer watches too. */
  readonly alsoInstrument?: readonly string[];
  /** Inputs by a grammar, for `npm test`, where changed seeds do not reach deep. */
  readonly inputs?: fc.Arbitrary<Uint8Array>;
  /** Throws where it does not hold. */
  readonly fuzz: (input: Buffer) => void;
};
