/** Canaries that are guessed to be in at a threshold, and those of them that are. */
export type ThresholdCounts = Readonly<{ guesses: number; correct: number }>;

type Point = { readonly wrongIn: number; readonly rightOut: number };

/** Counts at the thresholds on the convex hull of all: between any two of them there is none that guesses better than their mixture. */
export function convexThresholds(scores: {
  readonly included: readonly number[];
  readonly excluded: readonly number[];
}): ThresholdCounts[] {
  const [included, excluded] = [scores.included.toSorted(ascending), scores.excluded.toSorted(ascending)];
  const hull: Point[] = [];
  for (const point of points(included, excluded)) {
    while (hull.length >= 2 && isUnder(hull.at(-2) as Point, hull.at(-1) as Point, point)) hull.pop();
    hull.push(point);
  }
  return hull.map(({ wrongIn, rightOut }) => {
    const correct = included.length - wrongIn;
    return { correct, guesses: correct + excluded.length - rightOut };
  });
}

/** The `guesses` highest scores; fewer where others have the score of the last, as which of them to take may not be seen. */
export function highestScores(
  { included, excluded }: { readonly included: readonly number[]; readonly excluded: readonly number[] },
  guesses: number,
): ThresholdCounts {
  const pooled = [...included, ...excluded].toSorted(ascending).toReversed();
  const next = pooled[guesses] ?? -Infinity;
  const above = (score: number): boolean => score > next;
  const correct = included.filter(above).length;
  return { correct, guesses: correct + excluded.filter(above).length };
}

/** At every score and above all: included ones below it, which are guessed wrongly, and excluded ones below it, guessed rightly. */
function* points(included: readonly number[], excluded: readonly number[]): Generator<Point> {
  let [wrongIn, rightOut] = [0, 0];
  yield { wrongIn, rightOut };
  while (wrongIn < included.length || rightOut < excluded.length) {
    const score = Math.min(included[wrongIn] ?? Infinity, excluded[rightOut] ?? Infinity);
    while (wrongIn < included.length && (included[wrongIn] as number) <= score) wrongIn++;
    while (rightOut < excluded.length && (excluded[rightOut] as number) <= score) rightOut++;
    yield { wrongIn, rightOut };
  }
}

/** Is b on or under the line from a to c? */
function isUnder(a: Point, b: Point, c: Point): boolean {
  return (
    (b.rightOut - a.rightOut) * (c.wrongIn - b.wrongIn) <= (c.rightOut - b.rightOut) * (b.wrongIn - a.wrongIn)
  );
}

function ascending(a: number, b: number): number {
  return a - b;
}
