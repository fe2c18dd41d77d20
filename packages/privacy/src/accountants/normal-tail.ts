// The complementary error function, accurate to a few units in the last place down to the least double and, as a logarithm, far beyond.
// Rational approximations: W. J. Cody, "Rational Chebyshev approximations for the error function", Math. Comp. 23 (1969).

const A = [
  3.1611237438705656, 113.864154151050156, 377.485237685302021, 3209.37758913846947, 0.185777706184603153,
] as const;
const B = [23.6012909523441209, 244.024637934444173, 1282.61652607737228, 2844.23683343917062] as const;
const C = [
  0.564188496988670089, 8.88314979438837594, 66.1191906371416295, 298.635138197400131, 881.95222124176909,
  1712.04761263407058, 2051.07837782607147, 1230.33935479799725, 2.15311535474403846e-8,
] as const;
const D = [
  15.7449261107098347, 117.693950891312499, 537.181101862009858, 1621.38957456669019, 3290.79923573345963,
  4362.61909014324716, 3439.36767414372164, 1230.33935480374942,
] as const;
const P = [
  0.305326634961232344, 0.360344899949804439, 0.125781726111229246, 0.0160837851487422766,
  0.000658749161529837803, 0.0163153871373020978,
] as const;
const Q = [
  2.56852019228982242, 1.87295284992346725, 0.527905102951428412, 0.0605183413124413191,
  0.00233520497626869185,
] as const;
const INVERSE_ROOT_PI = 0.56418958354775628695;

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
