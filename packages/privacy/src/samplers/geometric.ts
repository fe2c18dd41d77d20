import { PrivacyError } from '../privacy-error.ts';
import type { BitSource } from '../random/bit-source.ts';
import type { Rational } from '../units/rational.ts';
import { SAFE_DENOMINATOR_MAX } from './bernoulli.ts';
import { bernoulliExpFraction, bernoulliExpFractionWide, bernoulliExpOne } from './bernoulli-exp.ts';
import type { Draw } from './draw.ts';
import { uniformBelow, uniformBelowSafe } from './uniform.ts';

// Canonne, Kamath and Steinke 2020, inside algorithm 2. For a scale t/s, x = u + t·v with u on 0 … t − 1 kept with probability exp(−u/t)
// and v the number of successes of exp(−1) has P(x) ∝ exp(−x/t); so ⌊x/s⌋ has P(y) ∝ exp(−y·s/t).

/** P(y) ∝ exp(−y/scale) for y = 0, 1, 2 … @throws PrivacyError `out_of_range` where the scale is not above 0 */
export function geometric(scale: Rational, source: BitSource): bigint {
  return createGeometric(scale)(source);
}

/** @throws PrivacyError `out_of_range` where the scale is not above 0 */
export function createGeometric({ numerator: t, denominator: s }: Rational): Draw {
  requirePositive(t);
  if (t > SAFE_DENOMINATOR_MAX || s > SAFE_DENOMINATOR_MAX)
    return (source) => (remainderWide(t, source) + t * BigInt(quotient(source))) / s;
  const [safeT, safeS] = [Number(t), Number(s)];
  return (source) => {
    const u = remainderSafe(safeT, source);
    return quantised(u, quotient(source), safeT, safeS);
  };
}

/** ⌊(u + t·v)/s⌋ of safe integers, exactly, though u + t·v may not be one. */
export function quantised(u: number, v: number, t: number, s: number): bigint {
  const x = u + t * v;
  if (Number.isSafeInteger(x)) return BigInt((x - (x % s)) / s);
  return (BigInt(u) + BigInt(t) * BigInt(v)) / BigInt(s);
}

/** u on 0 … t − 1 with P(u) ∝ exp(−u/t); 1 ≤ t ≤ 2⁵². */
export function remainderSafe(t: number, source: BitSource): number {
  for (;;) {
    const u = uniformBelowSafe(t, source);
    if (bernoulliExpFraction(u, t, source)) return u;
  }
}

/** The same for any t ≥ 1. */
export function remainderWide(t: bigint, source: BitSource): bigint {
  for (;;) {
    const u = uniformBelow(t, source);
    if (bernoulliExpFractionWide(u, t, 1n, source)) return u;
  }
}

/** v with P(v) ∝ exp(−v). */
export function quotient(source: BitSource): number {
  let v = 0;
  while (bernoulliExpOne(source)) v++;
  return v;
}

function requirePositive(t: bigint): void {
  if (t <= 0n) throw new PrivacyError('out_of_range', 'A scale must be above 0.');
}
