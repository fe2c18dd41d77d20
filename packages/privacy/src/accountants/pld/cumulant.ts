import { cutCellsAt } from './cells.ts';
import type { Atoms, LossPair } from './loss-pair.ts';

/** One pair released `count` times; a composition is a list of them, all read in one direction. */
export type Counted = { readonly pair: LossPair; readonly count: number };

/** A law of losses as points: a few hundred pieces that are good enough to choose a tilt, a window and a step by. */
export type Points = {
  readonly losses: Float64Array;
  readonly masses: Float64Array;
  readonly count: number;
  /** Of the lattice that the losses lie on; 0 where they are on none. */
  readonly step: number;
};

const PIECES = 384;
/** exp(loss) has to be a double. What lies above counts as infinite. */
export const LOSS_MAX = 690;

/** @param low mass of P that may be missing below; @param high above */
export function roughPoints({ pair, count }: Counted, low: number, high: number): Points {
  const { losses, masses } = gathered(pair.atoms);
  if (pair.continuous) {
    const { p, q } = cutCellsAt(pair, pair.knots(low, high, PIECES));
    for (let i = 0; i < p.length; i += 1) {
      if (!((p[i] as number) > 0)) continue;
      // Where Q's mass is below the least double, the loss is more than can be followed.
      losses.push(Math.min(LOSS_MAX, Math.log((p[i] as number) / (q[i] as number))));
      masses.push(p[i] as number);
    }
  }
  return {
    losses: Float64Array.from(losses),
    masses: Float64Array.from(masses),
    count,
    step: pair.lattice?.step ?? 0,
  };
}

/** Atoms, neighbours together where there are many: masses added, and the loss of the sums. */
function gathered(atoms: Atoms): { losses: number[]; masses: number[] } {
  const together = Math.ceil(atoms.losses.length / (4 * PIECES));
  if (together <= 1) return { losses: [...atoms.losses], masses: [...atoms.masses] };
  const [losses, masses]: [number[], number[]] = [[], []];
  for (let from = 0; from < atoms.losses.length; from += together) {
    const first = atoms.losses[from] as number;
    let [p, q] = [0, 0];
    for (let i = from; i < Math.min(from + together, atoms.losses.length); i += 1) {
      const mass = atoms.masses[i] as number;
      p += mass;
      q += mass * Math.exp(first - (atoms.losses[i] as number));
    }
    if (!(p > 0 && q > 0)) continue;
    losses.push(first + Math.log(p / q));
    masses.push(p);
  }
  return { losses, masses };
}

/** Of the sum of all losses, tilted by exp(theta · loss): ln of the normaliser, mean and variance. */
export type Cumulants = { readonly log: number; readonly mean: number; readonly variance: number };

export function cumulants(points: readonly Points[], theta: number): Cumulants {
  let log = 0;
  let mean = 0;
  let variance = 0;
  for (const { losses, masses, count } of points) {
    const centre = extreme(losses, theta);
    let [zeroth, first, second] = [0, 0, 0];
    for (let i = 0; i < losses.length; i += 1) {
      const away = (losses[i] as number) - centre;
      const mass = (masses[i] as number) * Math.exp(theta * away);
      zeroth += mass;
      first += mass * away;
      second += mass * away * away;
    }
    const middle = first / zeroth;
    log += count * (Math.log(zeroth) + theta * centre);
    mean += count * (centre + middle);
    variance += count * Math.max(0, second / zeroth - middle * middle);
  }
  return { log, mean, variance };
}

/** The loss whose tilted weight is greatest, so that no exponential overflows. */
function extreme(losses: Float64Array, theta: number): number {
  let most = theta >= 0 ? -Infinity : Infinity;
  for (const loss of losses) most = theta >= 0 ? Math.max(most, loss) : Math.min(most, loss);
  return most;
}
