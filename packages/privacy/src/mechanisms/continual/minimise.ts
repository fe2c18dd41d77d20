/** Steps of the gradient's differences; the fourth-order stencil leaves an error of about 1e-11 of the function's size. */
const DIFFERENCE = 2e-3;
const ITERATIONS_MAX = 500;
const HALVINGS_MAX = 60;

/**
 * A local minimum of a smooth function of a few variables, by BFGS (Nocedal and Wright 2006, Algorithm 6.1) with gradients by differences
 * and backtracking. Infinity marks what is not allowed.
 */
export function minimise(f: (x: readonly number[]) => number, start: readonly number[]): number[] {
  let x = [...start];
  let value = f(x);
  let gradient = gradientOf(f, x);
  let inverse = identity(x.length);
  for (let iteration = 0; iteration < ITERATIONS_MAX; iteration += 1) {
    const direction = inverse.map((row) => -dot(row, gradient));
    const next = search(f, x, value, direction, dot(direction, gradient));
    if (next === undefined) return x;
    const nextGradient = gradientOf(f, next.x);
    inverse = update(inverse, minus(next.x, x), minus(nextGradient, gradient));
    [x, value, gradient] = [next.x, next.value, nextGradient];
  }
  return x;
}

/** The first halving that is better by a tenth of a thousandth of what the slope foretells; undefined where none is. */
function search(
  f: (x: readonly number[]) => number,
  x: readonly number[],
  value: number,
  direction: readonly number[],
  slope: number,
): { readonly x: number[]; readonly value: number } | undefined {
  if (!(slope < 0)) return undefined;
  for (let step = 1, tries = 0; tries < HALVINGS_MAX; step /= 2, tries += 1) {
    const moved = x.map((each, index) => each + step * (direction[index] as number));
    const found = f(moved);
    if (found < value + 1e-4 * step * slope) return { x: moved, value: found };
  }
  return undefined;
}

function gradientOf(f: (x: readonly number[]) => number, x: readonly number[]): number[] {
  return x.map((_, index) => {
    const at = (offset: number): number =>
      f(x.map((each, place) => (place === index ? each + offset * DIFFERENCE : each)));
    return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * DIFFERENCE);
  });
}

/** The inverse Hessian after one step, as the change of the gradient shows it; unchanged where it shows no curvature. */
function update(inverse: readonly (readonly number[])[], step: number[], change: number[]): number[][] {
  const curvature = dot(step, change);
  if (!(curvature > 0)) return inverse.map((row) => [...row]);
  const moved = inverse.map((row) => dot(row, change));
  const scale = (curvature + dot(change, moved)) / curvature ** 2;
  return inverse.map((row, i) =>
    row.map((each, j) => {
      const [si, sj] = [step[i] as number, step[j] as number];
      return each + scale * si * sj - ((moved[i] as number) * sj + si * (moved[j] as number)) / curvature;
    }),
  );
}

function identity(size: number): number[][] {
  return Array.from({ length: size }, (_, i) => Array.from({ length: size }, (__, j) => (i === j ? 1 : 0)));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, each, index) => sum + each * (b[index] as number), 0);
}

function minus(a: readonly number[], b: readonly number[]): number[] {
  return a.map((each, index) => each - (b[index] as number));
}
