import { PrivacyError } from '../../privacy-error.ts';
import type { Atoms, Lattice, LossPair } from './loss-pair.ts';

// Pairs of discrete mechanisms: every output has mass, and mostly the losses lie on a lattice, on which nothing has to be rounded.

const ATOMS_MAX = 2e7;

function checkCount(count: number): void {
  if (count <= ATOMS_MAX) return;
  throw new PrivacyError(
    'cannot_account',
    `Noise on so fine a grid has ${count} different losses. Use a coarser grid, or the zero-concentrated accountant.`,
  );
}

type AtomParts = {
  atoms: Atoms;
  lattice: Lattice | null;
  symmetric: boolean;
  infinite?: number;
  absent?: number;
};

function atomPair({ atoms, lattice, symmetric, infinite = 0, absent = 0 }: AtomParts): LossPair {
  return {
    infinite,
    absent,
    highest: atoms.losses.at(-1) ?? -Infinity,
    lowest: atoms.losses[0] ?? Infinity,
    atoms,
    lattice,
    continuous: false,
    symmetric,
    knots: () => new Float64Array(0),
    fill: () => undefined,
  };
}

/**
 * The pair that dominates every (ε, δ) mechanism (Kairouz, Oh and Viswanath 2015): loss ±ε, and no bound at all with probability δ.
 */
export function approximatePair(epsilon: number, delta: number): LossPair {
  const odds = Math.exp(-epsilon);
  return atomPair({
    atoms:
      epsilon === 0
        ? { losses: [0], masses: [1 - delta] }
        : {
            losses: [-epsilon, epsilon],
            masses: [((1 - delta) * odds) / (1 + odds), (1 - delta) / (1 + odds)],
          },
    lattice: { origin: -epsilon, step: epsilon === 0 ? 1 : 2 * epsilon },
    symmetric: true,
    infinite: delta,
    absent: delta,
  });
}

/**
 * Randomised response that tells the truth with probability `truth` and else any other of `categories` answers: two answers change
 * places between neighbours, the others keep their probability.
 */
export function randomisedResponsePair(truth: number, categories: number): LossPair {
  const other = (1 - truth) / (categories - 1);
  if (other === 0) {
    return atomPair({
      atoms: { losses: [], masses: [] },
      lattice: null,
      symmetric: true,
      infinite: 1,
      absent: 1,
    });
  }
  const loss = Math.log(truth / other);
  if (loss === 0) return approximatePair(0, 0);
  const sides = loss > 0 ? [other, truth] : [truth, other];
  const [low, high] = sides as [number, number];
  const size = Math.abs(loss);
  const rest = (categories - 2) * other;
  return atomPair({
    atoms:
      rest > 0
        ? { losses: [-size, 0, size], masses: [low, rest, high] }
        : { losses: [-size, size], masses: [low, high] },
    lattice: rest > 0 ? { origin: 0, step: size } : { origin: -size, step: 2 * size },
    symmetric: true,
  });
}

/** Integers with P(x) ∝ exp(−|x| / scale) under a shift by `shift` ≥ 1 whole steps. Losses: (|x| − |x − shift|) / scale. */
export function discreteLaplacePair(scale: number, shift: number): LossPair {
  checkCount(shift + 1);
  const ratio = Math.exp(-1 / scale);
  const norm = Math.tanh(0.5 / scale);
  const losses: number[] = [];
  const masses: number[] = [];
  for (let x = 0; x <= shift; x += 1) {
    losses.push((2 * x - shift) / scale);
    // Under P the centre is at `shift`; everything at or beyond the two centres has the same loss.
    masses.push(
      x === 0
        ? Math.exp(-shift / scale) / (1 + ratio)
        : x === shift
          ? 1 / (1 + ratio)
          : norm * Math.exp((x - shift) / scale),
    );
  }
  return atomPair({
    atoms: { losses, masses },
    lattice: { origin: -shift / scale, step: 2 / scale },
    symmetric: true,
  });
}

/** Mass that a discrete Gaussian may lose at both ends together; it becomes an infinite loss. */
const CUT_MASS_LOG = -745;

/** Integers with P(x) ∝ exp(−x² / 2 variance) under a shift by `shift` ≥ 1 whole steps (Canonne, Kamath and Steinke 2020). */
export function discreteGaussianPair(variance: number, shift: number): LossPair {
  const reach = Math.ceil(Math.sqrt(-2 * CUT_MASS_LOG * variance)) + 1;
  checkCount(2 * reach + 1);
  let norm = 1;
  for (let x = reach; x >= 1; x -= 1) norm += 2 * Math.exp((-x * x) / (2 * variance));
  const losses: number[] = [];
  const masses: number[] = [];
  for (let x = -reach; x <= reach; x += 1) {
    losses.push((shift * (2 * x + shift)) / (2 * variance));
    masses.push(Math.exp((-x * x) / (2 * variance)) / norm);
  }
  return atomPair({
    atoms: { losses, masses },
    lattice: { origin: (shift * shift) / (2 * variance), step: shift / variance },
    symmetric: true,
  });
}
