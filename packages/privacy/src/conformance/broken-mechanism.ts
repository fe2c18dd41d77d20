import type { BitSource } from '../random/bit-source.ts';

/** A mechanism on two neighbouring inputs, with the claim that it breaks. An audit that does not find it out audits nothing. */
export type BrokenMechanism = Readonly<{
  name: string;
  fault: string;
  claim: Readonly<{ epsilon: number; delta: number }>;
  /** Releases on the two inputs from these bits, anew at each call. */
  neighbours: (source: BitSource) => Readonly<{ first: () => unknown; second: () => unknown }>;
}>;

/** The same release on two inputs. */
export function onBoth<Input>(
  release: (input: Input, source: BitSource) => unknown,
  first: Input,
  second: Input,
): BrokenMechanism['neighbours'] {
  return (source) => ({ first: () => release(first, source), second: () => release(second, source) });
}
