/** Why a call into `record` was refused. The union is closed: a new code is a new version of the interface. */
export type RecordErrorCode =
  | 'bad-canonical' // a value has no RFC 8785 form
  | 'bad-entry' // an entry does not match its schema
  | 'entry-too-large'
  | 'bad-encoding' // base64, hex or UTF-8 that does not decode
  | 'bad-note'
  | 'bad-signature' // a known key's signature does not verify
  | 'unsigned' // no known key signed
  | 'bad-checkpoint'
  | 'bad-tile'
  | 'bad-proof'
  | 'bad-receipt'
  | 'bad-key';

/** The one error class of this package: a closed `code` and a sentence that says what is wrong. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
  readonly code: RecordErrorCode;

  constructor(code: RecordErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
