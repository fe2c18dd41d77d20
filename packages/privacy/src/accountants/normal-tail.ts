// The complementary error function, accurate to a few units in the last place down to the least double and, as a logarithm, far beyond.
// Rational approximations: W. J. Cody, "Rational Chebyshev approximations for the error function", Math. Comp. 23 (1969).

const A = [
  3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694, 0.18577770618460315,
] as const;
const B = [23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171] as const;
const C = [
  0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001, 881.952221241769,
  1712.0476126340707, 2051.0783778260716, 1230.3393547979972, 2.1531153547440383e-8,
] as const;
const D = [
  15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597,
  4362.619090143247, 3439.3676741437216, 1230.3393548037495,
] as const;
const P = [
  0.30532663496123236, 0.36034489994980445, 0.12578172611122926, 0.016083785148742275, 0.0006587491615298378,
  0.016315387137302097,
] as const;
const Q = [
  2.568520192289822, 1.8729528499234673, 0.5279051029514285, 0.06051834131244132, 0.0023352049762686918,
] as const;
const INVERSE_ROOT_PI = 0.5641895835477563;

/** erf(x) for |x| ≤ 0.46875. */
function erfNear(x: number): number {
  const y = x * x;
  const above = (((A[4] * y + A[0]) * y + A[1]) * y + A[2]) * y + A[3];
  const below = (((y + B[0]) * y + B[1]) * y + B[2]) * y + B[3];
  return (x * above) / below;
}

/** exp(x²) erfc(x) for x ≥ 0.46875. */
function scaledFar(x: number): number {
  if (x <= 4) {
    let above = C[8] * x;
    above = (above + C[0]) * x;
    above = (above + C[1]) * x;
    above = (above + C[2]) * x;
    above = (above + C[3]) * x;
    above = (above + C[4]) * x;
    above = (above + C[5]) * x;
    above = (above + C[6]) * x;
    let below = x;
    below = (below + D[0]) * x;
    below = (below + D[1]) * x;
    below = (below + D[2]) * x;
    below = (below + D[3]) * x;
    below = (below + D[4]) * x;
    below = (below + D[5]) * x;
    below = (below + D[6]) * x;
    return (above + C[7]) / (below + D[7]);
  }
  const y = 1 / (x * x);
  const above = ((((P[5] * y + P[0]) * y + P[1]) * y + P[2]) * y + P[3]) * y + P[4];
  const below = ((((y + Q[0]) * y + Q[1]) * y + Q[2]) * y + Q[3]) * y + Q[4];
  return (INVERSE_ROOT_PI - (y * above) / below) / x;
}

/** exp(−x²) without the rounding error of x² (Cody's split at sixteenths). */
function expMinusSquare(x: number): number {
  const coarse = Math.trunc(x * 16) / 16;
  return Math.exp(-coarse * coarse) * Math.exp(-(x - coarse) * (x + coarse));
}

/** 2/√π ∫ₓ^∞ exp(−t²) dt */
export function erfc(x: number): number {
  if (x >= 0.46875) return x > 27.3 ? 0 : expMinusSquare(x) * scaledFar(x);
  if (x > -0.46875) return 1 - erfNear(x);
  return x < -6 ? 2 : 2 - expMinusSquare(-x) * scaledFar(-x);
}

/** exp(x²) erfc(x); Infinity below about −26. */
export function scaledErfc(x: number): number {
  return x >= 0.46875 ? scaledFar(x) : Math.exp(x * x) * erfc(x);
}

/** ln erfc(x), for any x */
export function logErfc(x: number): number {
  return x >= 0.46875 ? Math.log(scaledFar(x)) - x * x : Math.log(erfc(x));
}

/** P(Z > z) of a standard normal Z. */
export function normalTail(z: number): number {
  return 0.5 * erfc(z * Math.SQRT1_2);
}

/** A z with P(Z > z) ≤ mass, close to the least one. `mass` in (0, 1/2]. */
export function normalQuantileUp(mass: number): number {
  // P(Z > z) ≤ exp(−z²/2) / 2, so the start is too far out and Newton's steps on the convex logarithm stay outside.
  let z = Math.sqrt(Math.max(0, -2 * Math.log(2 * mass)));
  const target = Math.log(2 * mass);
  for (let round = 0; round < 4; round += 1) {
    const scaled = scaledErfc(z * Math.SQRT1_2);
    const excess = Math.log(scaled) - (z * z) / 2 - target;
    z += (excess * scaled) / Math.sqrt(2 / Math.PI);
  }
  return z * (1 + 1e-9) + 1e-9;
}
