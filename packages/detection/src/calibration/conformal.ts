// Conformal p-values (Vovk, Gammerman and Shafer 2005; Bates et al. 2023, "Testing for outliers with conformal p-values"). A benign account
// whose life is exchangeable with the lives of the benign accounts calibrated on has p ≤ alpha with a chance of at most alpha. What
// is compared is the maximum over a whole life, so looking again and again costs nothing.

/**
 * p = (1 + how many of `calibrated` reach `maximum`) / (n + 1).
 * @param calibrated ascending
 */
export function conformalP(maximum: number, calibrated: Float64Array): number {
  return (1 + calibrated.length - lowerBound(calibrated, maximum)) / (calibrated.length + 1);
}

/** Fewest benign accounts with which p can be as small as `alpha`. */
export function floorOf(alpha: number): number {
  return Math.ceil(1 / alpha - 1e-9) - 1;
}

/** The smallest maximum whose p is at most `p`; infinite where none can be. */
export function maximumFor(p: number, calibrated: Float64Array): number {
  const above = Math.floor(p * (calibrated.length + 1) + 1e-9) - 1;
  if (above < 0) return Number.POSITIVE_INFINITY;
  if (above >= calibrated.length) return Number.NEGATIVE_INFINITY;
  return nextAbove(calibrated[calibrated.length - 1 - above] as number);
}

/** Index of the first item that is at least `value`. */
export function lowerBound(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

const buffer = new Float64Array(1);
const bits = new BigInt64Array(buffer.buffer);

/** The next larger double. */
function nextAbove(value: number): number {
  if (value === Number.NEGATIVE_INFINITY) return -Number.MAX_VALUE;
  if (!Number.isFinite(value)) return value;
  buffer[0] = value === 0 ? 0 : value;
  bits[0] = (bits[0] as bigint) + (value >= 0 ? 1n : -1n);
  return buffer[0] as number;
}
