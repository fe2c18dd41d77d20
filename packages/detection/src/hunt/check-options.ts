import { DetectionError } from '../detection-error.ts';

/** Throws `DetectionError` `bad_threshold`. */
export function checkAlpha(alpha: number): void {
  if (alpha > 0 && alpha < 1) return;
  throw new DetectionError(
    'bad_threshold',
    `Alpha is ${alpha}; give a number between 0 and 1, such as 0.01.`,
  );
}

/** Throws `DetectionError` `bad_threshold`. */
export function checkSeed(seed: number): void {
  if (Number.isSafeInteger(seed) && seed >= 0) return;
  throw new DetectionError('bad_threshold', `The seed is ${seed}; give a whole number from 0.`);
}
