/** Where the continuous distribution is as good to a whole number. */
const CONTINUOUS_FROM = 1000;
const NORMAL_95 = 1.959_963_984_540_054;

/** The least whole number that discrete Gaussian noise is not beyond, in 95 of 100 draws. */
export function margin95(standardDeviation: number): number {
  if (standardDeviation >= CONTINUOUS_FROM) return Math.ceil(NORMAL_95 * standardDeviation);
  const weightOf = (y: number) => Math.exp(-(y * y) / (2 * standardDeviation * standardDeviation));
  let total = 1;
  for (let y = 1; y <= Math.ceil(12 * standardDeviation) + 1; y += 1) total += 2 * weightOf(y);
  let within = 1;
  let margin = 0;
  while (within < 0.95 * total) {
    margin += 1;
    within += 2 * weightOf(margin);
  }
  return margin;
}
