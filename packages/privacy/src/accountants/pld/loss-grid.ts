/** A law of privacy losses on a grid: mass[i] at origin + i · step, under P; the rest of P's mass is `infinite` or was dropped. */
export type LossGrid = {
  readonly origin: number;
  readonly step: number;
  readonly masses: Float64Array;
  readonly infinite: number;
  /** How far a loss may really be on the unsafe side of its place on the grid, from atoms that were taken to lie on it. */
  readonly shift: number;
};

/** Atoms nearer to the grid than this part of a step are taken to lie on it; the difference is `shift`. */
export const ON_GRID = 1e-9;
