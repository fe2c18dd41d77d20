import type { BitSource } from '../random/bit-source.ts';
import type { Rational } from '../units/rational.ts';
import type { Draw } from './draw.ts';
import { createGeometric } from './geometric.ts';

/**
 * P(y) ∝ exp(−|y|/scale) on all integers, exactly (Canonne, Kamath and Steinke 2020, algorithm 2).
 * @throws PrivacyError `out_of_range` where the scale is not above 0
 */
export function discreteLaplace(scale: Rational, source: BitSource): bigint {
  return createDiscreteLaplace(scale)(source);
}

/** @throws PrivacyError `out_of_range` where the scale is not above 0 */
export function createDiscreteLaplace(scale: Rational): Draw {
  const magnitude = createGeometric(scale);
  return (source) => {
    for (;;) {
      const y = magnitude(source);
      const negative = source.bits(1) === 1;
      // Zero has two signs and must count once.
      if (!negative) return y;
      if (y !== 0n) return -y;
    }
  };
}
