// The discrete Fourier transform of a power of two, without reordering: forwards by decimation in frequency from natural to bit-reversed
// order, backwards by decimation in time from bit-reversed to natural order, two radix-2 stages at a time (the butterflies of radix 4).

const tables = new Map<number, Float64Array>();

/** cos and sin of one, two and three times 2πj/span, for j below span/4, side by side. Kept, as spans are few. */
function twiddles(span: number): Float64Array {
  const kept = tables.get(span);
  if (kept !== undefined) return kept;
  const table = new Float64Array((6 * span) >> 2);
  for (let j = 0; j < span >> 2; j += 1) {
    for (let times = 1; times <= 3; times += 1) {
      table[6 * j + 2 * times - 2] = Math.cos((2 * Math.PI * times * j) / span);
      table[6 * j + 2 * times - 1] = Math.sin((2 * Math.PI * times * j) / span);
    }
  }
  tables.set(span, table);
  return table;
}

/** In place: bit-reversed Σ x[n] exp(−2πi kn / N). The length is a power of two. */
export function transform(re: Float64Array, im: Float64Array): void {
  let span = re.length;
  for (; span >= 4; span >>= 2) forwardQuads(re, im, span);
  if (span === 2) pairs(re, im);
}

/** In place: natural Σ x[k] exp(2πi kn / N) of what is in bit-reversed order; not divided by N. */
export function inverseTransform(re: Float64Array, im: Float64Array): void {
  const size = re.length;
  let span = 4;
  if ((31 - Math.clz32(size)) % 2 === 1) {
    pairs(re, im);
    span = 8;
  }
  for (; span <= size; span <<= 2) backwardQuads(re, im, span);
}

/** Where the coefficient of −k stands, for the one of k at `place`, in bit-reversed order. */
export function mirrored(place: number): number {
  return place === 0 ? 0 : place ^ ((1 << (31 - Math.clz32(place))) - 1);
}

/**
 * A bound of the transform's error in the 2-norm, relative to the result's (Higham 2002, "Accuracy and stability of numerical algorithms",
 * theorem 24.2, with twiddles exact to a unit in the last place).
 */
export function transformError(size: number): number {
  return 7 * (Number.EPSILON / 2) * (Math.log2(size) + 1) * 1.01;
}

function pairs(re: Float64Array, im: Float64Array): void {
  for (let i = 0; i < re.length; i += 2) {
    const a = re[i] as number;
    const b = re[i + 1] as number;
    const c = im[i] as number;
    const d = im[i + 1] as number;
    re[i] = a + b;
    re[i + 1] = a - b;
    im[i] = c + d;
    im[i + 1] = c - d;
  }
}

function forwardQuads(re: Float64Array, im: Float64Array, span: number): void {
  const size = re.length;
  const quarter = span >> 2;
  const table = twiddles(span);
  for (let block = 0; block < size; block += span) {
    for (let j = 0; j < quarter; j += 1) {
      const c1 = table[6 * j] as number;
      const s1 = table[6 * j + 1] as number;
      const c2 = table[6 * j + 2] as number;
      const s2 = table[6 * j + 3] as number;
      const c3 = table[6 * j + 4] as number;
      const s3 = table[6 * j + 5] as number;
      const a = block + j;
      const b = a + quarter;
      const c = b + quarter;
      const d = c + quarter;
      const sumRe = (re[a] as number) + (re[c] as number);
      const sumIm = (im[a] as number) + (im[c] as number);
      const difRe = (re[a] as number) - (re[c] as number);
      const difIm = (im[a] as number) - (im[c] as number);
      const sumRe2 = (re[b] as number) + (re[d] as number);
      const sumIm2 = (im[b] as number) + (im[d] as number);
      const difRe2 = (re[b] as number) - (re[d] as number);
      const difIm2 = (im[b] as number) - (im[d] as number);
      re[a] = sumRe + sumRe2;
      im[a] = sumIm + sumIm2;
      const r2 = sumRe - sumRe2;
      const i2 = sumIm - sumIm2;
      re[b] = r2 * c2 + i2 * s2;
      im[b] = i2 * c2 - r2 * s2;
      const r1 = difRe + difIm2;
      const i1 = difIm - difRe2;
      re[c] = r1 * c1 + i1 * s1;
      im[c] = i1 * c1 - r1 * s1;
      const r3 = difRe - difIm2;
      const i3 = difIm + difRe2;
      re[d] = r3 * c3 + i3 * s3;
      im[d] = i3 * c3 - r3 * s3;
    }
  }
}

function backwardQuads(re: Float64Array, im: Float64Array, span: number): void {
  const size = re.length;
  const quarter = span >> 2;
  const table = twiddles(span);
  for (let block = 0; block < size; block += span) {
    for (let j = 0; j < quarter; j += 1) {
      const c1 = table[6 * j] as number;
      const s1 = table[6 * j + 1] as number;
      const c2 = table[6 * j + 2] as number;
      const s2 = table[6 * j + 3] as number;
      const c3 = table[6 * j + 4] as number;
      const s3 = table[6 * j + 5] as number;
      const a = block + j;
      const b = a + quarter;
      const c = b + quarter;
      const d = c + quarter;
      const r2 = (re[b] as number) * c2 - (im[b] as number) * s2;
      const i2 = (im[b] as number) * c2 + (re[b] as number) * s2;
      const r1 = (re[c] as number) * c1 - (im[c] as number) * s1;
      const i1 = (im[c] as number) * c1 + (re[c] as number) * s1;
      const r3 = (re[d] as number) * c3 - (im[d] as number) * s3;
      const i3 = (im[d] as number) * c3 + (re[d] as number) * s3;
      const evenRe = (re[a] as number) + r2;
      const evenIm = (im[a] as number) + i2;
      const oddRe = (re[a] as number) - r2;
      const oddIm = (im[a] as number) - i2;
      const sumRe = r1 + r3;
      const sumIm = i1 + i3;
      const difRe = r1 - r3;
      const difIm = i1 - i3;
      re[a] = evenRe + sumRe;
      im[a] = evenIm + sumIm;
      re[c] = evenRe - sumRe;
      im[c] = evenIm - sumIm;
      re[b] = oddRe - difIm;
      im[b] = oddIm + difRe;
      re[d] = oddRe + difIm;
      im[d] = oddIm - difRe;
    }
  }
}
