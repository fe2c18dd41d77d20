// What a release is to an accountant: two distributions, of the output with a unit's records (P) and without (Q), seen only through the
// privacy loss L = ln dP/dQ (Dwork and Rothblum 2016; Sommer, Meiser and Mohammadi 2019). A pair dominates a mechanism where its
// hockey-stick divergence is nowhere below (Zhu, Dong and Wang 2022).

/** Tails of the continuous part at ascending losses t: P(L ≤ t), Q(L ≤ t), P(L > t), Q(L > t), each accurate relative to itself. */
export type Tails = {
  readonly pLow: Float64Array;
  readonly qLow: Float64Array;
  readonly pHigh: Float64Array;
  readonly qHigh: Float64Array;
};

/** Single outputs that have mass: their losses, ascending, and their masses under P. Under Q they have mass · exp(−loss). */
export type Atoms = { readonly losses: readonly number[]; readonly masses: readonly number[] };

/** Losses are origin + k · step for whole k. */
export type Lattice = { readonly origin: number; readonly step: number };

export type LossPair = {
  /** Mass of P where Q has none: delta that no epsilon removes. */
  readonly infinite: number;
  /** Mass of Q where P has none; it is `infinite` when the pair is read the other way round. */
  readonly absent: number;
  /** Supremum of the finite losses. */
  readonly highest: number;
  readonly lowest: number;
  readonly atoms: Atoms;
  /** Where all of the mass is in atoms and they lie on one lattice. */
  readonly lattice: Lattice | null;
  readonly continuous: boolean;
  /** Whether (Q, P) has the same losses as (P, Q), so that one direction stands for both. */
  readonly symmetric: boolean;
  /**
   * `count` ascending losses that cut the continuous part into pieces that are smooth, with at most `low` of P's mass below them and
   * `high` above.
   */
  knots(low: number, high: number, count: number): Float64Array;
  /** Writes the tails at ascending losses. */
  fill(losses: Float64Array, tails: Tails): void;
};

export const NO_ATOMS: Atoms = { losses: [], masses: [] };

export function newTails(count: number): Tails {
  return {
    pLow: new Float64Array(count),
    qLow: new Float64Array(count),
    pHigh: new Float64Array(count),
    qHigh: new Float64Array(count),
  };
}

/** The pair (Q, P): a record removed where it was added. */
export function reversePair(pair: LossPair): LossPair {
  if (pair.symmetric) return pair;
  const { losses, masses } = pair.atoms;
  return {
    infinite: pair.absent,
    absent: pair.infinite,
    highest: -pair.lowest,
    lowest: -pair.highest,
    atoms: {
      losses: losses.map((loss) => -loss).toReversed(),
      masses: masses.map((mass, i) => mass * Math.exp(-(losses[i] as number))).toReversed(),
    },
    lattice: pair.lattice && { origin: -pair.lattice.origin, step: pair.lattice.step },
    continuous: pair.continuous,
    symmetric: false,
    knots: (low, high, count) => negated(pair.knots(high, low, count)),
    fill: (at, tails) => {
      const { pLow, qLow, pHigh, qHigh } = tails;
      pair.fill(negated(at), { pLow: qHigh, qLow: pHigh, pHigh: qLow, qHigh: pLow });
      for (const row of [pLow, qLow, pHigh, qHigh]) row.subarray(0, at.length).reverse();
    },
  };
}

/** A release of which a public coin of weight 1 − `weight` : `weight` decides whether it is `a` or `b`. */
export function mixPairs(a: LossPair, b: LossPair, weight: number): LossPair {
  if (!a.continuous || !b.continuous || a.atoms.losses.length + b.atoms.losses.length > 0) {
    throw new TypeError('Only pairs without atoms are mixed.');
  }
  return {
    infinite: (1 - weight) * a.infinite + weight * b.infinite,
    absent: (1 - weight) * a.absent + weight * b.absent,
    highest: Math.max(a.highest, b.highest),
    lowest: Math.min(a.lowest, b.lowest),
    atoms: NO_ATOMS,
    lattice: null,
    continuous: true,
    symmetric: a.symmetric && b.symmetric,
    knots: (low, high, count) => {
      const half = Math.max(2, count >> 1);
      return Float64Array.of(...a.knots(low, high, half), ...b.knots(low, high, half)).sort();
    },
    fill: (at, tails) => {
      const other = newTails(at.length);
      a.fill(at, tails);
      b.fill(at, other);
      for (const name of ['pLow', 'qLow', 'pHigh', 'qHigh'] as const) {
        const [to, from] = [tails[name], other[name]];
        for (let i = 0; i < at.length; i += 1)
          to[i] = (1 - weight) * (to[i] as number) + weight * (from[i] as number);
      }
    },
  };
}

function negated(losses: Float64Array): Float64Array {
  return losses.map((loss) => -loss).reverse();
}
