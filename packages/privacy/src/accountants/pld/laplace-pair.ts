import type { LossPair, Tails } from './loss-pair.ts';

/**
 * Laplace noise of scale `scale` at sensitivity 1, on a Poisson sample at rate `rate`: P = (1 − q) Lap(0) + q Lap(1), Q = Lap(0). Half
 * of the outputs have one of the two extreme losses (atoms); between 0 and 1 the loss rises smoothly. Reversed it is a record added.
 */
export function laplacePair(scale: number, rate: number): LossPair {
  const highest = Math.log1p(rate * Math.expm1(1 / scale));
  const lowest = Math.log1p(rate * Math.expm1(-1 / scale));
  // x ≥ 1 has mass e^(−1/b)/2 under Q; x ≤ 0 has mass 1/2.
  const topMass = 0.5 * Math.exp(highest - 1 / scale);
  const lossAt = (x: number): number => Math.log1p(rate * Math.expm1((2 * x - 1) / scale));
  const outputAt = (loss: number): number => {
    if (loss <= lowest) return 0;
    if (loss >= highest) return 1;
    const odds = (Math.expm1(loss) + rate) / rate;
    return Math.min(1, Math.max(0, (1 + scale * Math.log(odds)) / 2));
  };
  return {
    infinite: 0,
    absent: 0,
    highest,
    lowest,
    atoms: { losses: [lowest, highest], masses: [0.5 * Math.exp(lowest), topMass] },
    lattice: null,
    continuous: true,
    symmetric: rate === 1,
    knots: (_low, _high, count) => Float64Array.from({ length: count }, (_, i) => lossAt(i / (count - 1))),
    fill: (losses, tails) => {
      for (let i = 0; i < losses.length; i += 1)
        writeTails(tails, i, outputAt(losses[i] as number), scale, rate);
    },
  };
}

/** Masses of (0, x] and (x, 1] under both, where the densities are exponentials. */
function writeTails(tails: Tails, i: number, x: number, scale: number, rate: number): void {
  const fallLow = -0.5 * Math.expm1(-x / scale);
  const fallHigh = -0.5 * Math.exp(-x / scale) * Math.expm1((x - 1) / scale);
  const riseLow = 0.5 * Math.exp((x - 1) / scale) * -Math.expm1(-x / scale);
  const riseHigh = -0.5 * Math.expm1((x - 1) / scale);
  tails.qLow[i] = fallLow;
  tails.qHigh[i] = fallHigh;
  tails.pLow[i] = (1 - rate) * fallLow + rate * riseLow;
  tails.pHigh[i] = (1 - rate) * fallHigh + rate * riseHigh;
}
