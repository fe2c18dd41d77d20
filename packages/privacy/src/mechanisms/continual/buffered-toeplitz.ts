import { nextAfter } from '../../units/rational.ts';

// A lower triangular Toeplitz matrix C whose first column is 1, then the sum over its buffers of scale · decay^(i − 1) (Dvijotham, McMahan,
// Pillutla, Steinke and Thakurta 2024, "Efficient and near-optimal noise generation for streaming differential privacy"). Multiplying by C
// or by its inverse needs one number a buffer, however long the stream is.

/** `decays` fall, each between 0 and 1; `scales` belong to them, in the same order. */
export type BufferedToeplitz = Readonly<{ decays: readonly number[]; scales: readonly number[] }>;

/**
 * The pair (C, its inverse) whose decays are one less the distances given (Lemma 5.2 there, simplified as in Pillutla and others 2025,
 * Theorem 2). Distances are asked for and not decays, as 1 − decay loses its digits near 1.
 */
export function pairFromDistances(
  distances: readonly number[],
  inverseDistances: readonly number[],
): readonly [BufferedToeplitz, BufferedToeplitz] {
  return [
    { decays: distances.map(decayOf), scales: scalesOf(distances, inverseDistances) },
    { decays: inverseDistances.map(decayOf), scales: scalesOf(inverseDistances, distances) },
  ];
}

/**
 * The norm of C's first column, which is the longest one, of `steps` entries; rounded up. Powers, sums and squares of positive doubles err
 * by less than a relative (3 steps + 2 buffers + 4) · 2⁻⁵³ together, which is added on top.
 */
export function columnNormUp({ decays, scales }: BufferedToeplitz, steps: number): number {
  const powers = [...scales];
  let squared = 1;
  for (let index = 1; index < steps; index += 1) {
    let entry = 0;
    for (let buffer = 0; buffer < powers.length; buffer += 1) {
      entry += powers[buffer] as number;
      powers[buffer] = (powers[buffer] as number) * (decays[buffer] as number);
    }
    squared += entry * entry;
  }
  return nextAfter(Math.sqrt(squared * (1 + (4 * steps + 4 * powers.length + 8) * 2 ** -53)), Infinity);
}

function decayOf(distance: number): number {
  return 1 - distance;
}

/** Residues of ∏(1 − b x) / ∏(1 − a x) at 1/a, where a and b are the decays. */
function scalesOf(own: readonly number[], other: readonly number[]): number[] {
  return own.map((distance, index) => {
    const above = other.reduce((product, each) => product * (each - distance), 1);
    const below = own.reduce(
      (product, each, place) => (place === index ? product : product * (each - distance)),
      1,
    );
    return above / below;
  });
}
