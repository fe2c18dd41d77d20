import fc from 'fast-check';
import type { FuzzTarget } from './target.ts';

type Edit = { readonly at: number; readonly drop: number; readonly insert: Uint8Array };

const EDITS_MAX = 4;

/** The target's seeds with a few bytes taken out and a few others, or words of the format, put in; and by its own grammar. */
export function changedSeeds({ seeds, words = [], inputs }: FuzzTarget): fc.Arbitrary<Uint8Array> {
  const given = seeds();
  const pieces = fc.oneof(
    fc.uint8Array({ maxLength: 4 }),
    ...(words.length === 0 ? [] : [fc.constantFrom(...words.map((word) => new TextEncoder().encode(word)))]),
    // A stretch of another seed: what is right in one place is rarely right in another.
    fc.tuple(fc.constantFrom(...given), fc.nat(), fc.nat(64)).map(([seed, from, length]) => {
      const start = from % (seed.length + 1);
      return seed.subarray(start, start + length);
    }),
  );
  const edits = fc.array(fc.record({ at: fc.nat(), drop: fc.nat(8), insert: pieces }), {
    maxLength: EDITS_MAX,
  });
  const changed = fc
    .tuple(fc.constantFrom(...given), edits)
    .map(([seed, all]) => all.reduce(applyEdit, Uint8Array.from(seed)));
  return inputs === undefined ? changed : fc.oneof(changed, inputs);
}

function applyEdit(bytes: Uint8Array<ArrayBuffer>, { at, drop, insert }: Edit): Uint8Array<ArrayBuffer> {
  const from = at % (bytes.length + 1);
  return new Uint8Array([...bytes.subarray(0, from), ...insert, ...bytes.subarray(from + drop)]);
}
