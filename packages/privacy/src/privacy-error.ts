export type PrivacyErrorCode =
  | 'bad_parameter'
  | 'not_finite'
  | 'out_of_range'
  | 'not_a_release_source'
  | 'below_floor'
  | 'gap_not_met'
  | 'cannot_account'
  | 'budget_exhausted'
  | 'budget_unavailable'
  | 'reservation_conflict';

/** The one error of this package. The message says what to do next and never holds a private value. */
export class PrivacyError extends Error {
  readonly code: PrivacyErrorCode;

  constructor(code: PrivacyErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PrivacyError';
    this.code = code;
  }
}
