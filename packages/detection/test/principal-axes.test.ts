import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AXES, principalAxes, project } from '../src/linking/principal-axes.ts';
import { createSeededRandom } from './seeded-random.ts';

const DIMENSIONS = 64;
/** Standard deviations along the coordinate axes, mixed below by a rotation: the leading 16 are the ones to find. */
const deviations = Array.from({ length: DIMENSIONS }, (_, i) => (i < AXES ? 20 - i : 0.1));

/** Reflection in a fixed plane (Householder): orthogonal, and mixes all coordinates. */
function rotate(vector: readonly number[]): number[] {
  const plane = Array.from({ length: DIMENSIONS }, (_, i) => Math.sin(i + 1));
  const square = plane.reduce((sum, each) => sum + each * each, 0);
  const along = plane.reduce((sum, each, i) => sum + each * (vector[i] as number), 0);
  return vector.map((each, i) => each - (2 * along * (plane[i] as number)) / square);
}

/** Every point with its mirror image on every axis: the covariance is exactly diagonal before the rotation. */
const points = deviations.flatMap((deviation, axis) =>
  [1, -1].map((sign) => {
    const along = Array.from({ length: DIMENSIONS }, (_, i) => (i === axis ? sign * deviation : 0));
    return Float32Array.from(rotate(along), (value) => value + 3);
  }),
);

test('the axes are those of a known covariance, and are orthonormal', () => {
  const { mean, rows } = principalAxes(points);
  for (const value of mean) assert.ok(Math.abs(value - 3) < 1e-5);
  const dot = (a: Float64Array, b: Float64Array): number =>
    a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
  rows.forEach((row, k) =>
    rows.forEach((other, q) => assert.ok(Math.abs(dot(row, other) - (k === q ? 1 : 0)) < 1e-9)),
  );
  // Together they span the sixteen directions of large variance, whatever mixture each row is.
  for (let axis = 0; axis < DIMENSIONS; axis++) {
    const unit = Float64Array.from(
      rotate(Array.from({ length: DIMENSIONS }, (_, i) => (i === axis ? 1 : 0))),
    );
    const inside = rows.reduce((sum, row) => sum + dot(row, unit) ** 2, 0);
    assert.ok(Math.abs(inside - (axis < AXES ? 1 : 0)) < 1e-3, `axis ${axis}: ${inside}`);
  }
});

test('projection keeps distances within the span and is 0 at the mean', () => {
  const axes = principalAxes(points);
  const coordinates = (vector: Float32Array): Float64Array => {
    const into = new Float64Array(AXES);
    project(axes, vector, into);
    return into;
  };
  for (const value of coordinates(Float32Array.from(axes.mean))) assert.ok(Math.abs(value) < 1e-5);
  const [first, second] = [coordinates(points[0] as Float32Array), coordinates(points[3] as Float32Array)];
  const distance = Math.hypot(...first.map((value, i) => value - (second[i] as number)));
  assert.ok(Math.abs(distance - Math.hypot(20, 19)) < 0.01, `${distance}`);
});

test('accounts that all agree, or are fewer than the axes, give zeros and no NaN', () => {
  const random = createSeededRandom(1);
  const one = Float32Array.from({ length: DIMENSIONS }, () => random.next());
  for (const vectors of [[one], [one, one, one], [one, one.map((value) => value + 1)]]) {
    const axes = principalAxes(vectors);
    const into = new Float64Array(AXES);
    for (const vector of vectors) {
      project(axes, vector, into);
      assert.ok(into.every(Number.isFinite));
      assert.ok(
        into.slice(1).every((value) => Math.abs(value) < 1e-6),
        'at most one direction differs',
      );
    }
  }
});
