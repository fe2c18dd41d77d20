export type DetectionErrorCode = 'bad_threshold' | 'snapshot_mismatch' | 'bad_line';

/** The one error of this package. The message says what to do next. */
export class DetectionError extends Error {
  readonly code: DetectionErrorCode;

  constructor(code: DetectionErrorCode, message: string) {
    super(message);
    this.name = 'DetectionError';
    this.code = code;
  }
}
