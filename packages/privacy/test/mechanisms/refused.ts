import { PrivacyError, type PrivacyErrorCode } from '../../src/index.ts';

/** For `assert.throws`. */
export const refused =
  (code: PrivacyErrorCode) =>
  (error: unknown): boolean =>
    error instanceof PrivacyError && error.code === code;
