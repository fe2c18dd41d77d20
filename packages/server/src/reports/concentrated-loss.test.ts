import assert from 'node:assert/strict';
import { test } from 'node:test';
import { delta, epsilon, toNumberUp } from '@portcullis/privacy';
import { deltaAt, epsilonAt, rhoWithin } from './concentrated-loss.ts';

const near = (actual: number, expected: number, relative = 1e-6) =>
  assert.ok(Math.abs(actual - expected) <= relative * expected, `${actual} is not ${expected}`);

// Published figures: OpenDP's tests of the conversion, and cdp2adp.py of the discrete Gaussian's authors.
test('conversions as published', () => {
  near(epsilonAt(1 / 32, 1e-3), 0.6880024554878086);
  near(deltaAt(0.5, 0), 0.5588356393474351);
  near(deltaAt(0.05, 0.25), 8.17727531036956e-2);
  near(toNumberUp(rhoWithin(epsilon(1), delta('1e-6'))), 0.0243559703595);
});

test('what may be lost is within what was asked', () => {
  for (const [e, d] of [
    ['0.01', '1e-10'],
    ['1', '1e-6'],
    ['8', '1e-5'],
    ['50', '0.01'],
  ] as const) {
    const rho = toNumberUp(rhoWithin(epsilon(e), delta(d)));
    assert.ok(rho > 0 && deltaAt(rho, Number(e)) <= Number(d));
    assert.ok(deltaAt(rho * 1.0001, Number(e)) > Number(d), `${e}, ${d}: more could be lost`);
    near(epsilonAt(rho, Number(d)), Number(e), 1e-5);
  }
});
