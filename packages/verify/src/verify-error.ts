/**
 * Why judging stopped. `refused`: what was given does not hold (becomes a failed check); `usage`: the command line is wrong;
 * `unreadable`: a file or folder named on the command line can not be read; `bad-trust`: the trust file is no tlog-policy.
 */
export type VerifyErrorCode = 'refused' | 'usage' | 'unreadable' | 'bad-trust';

/** The one error class of this package. The message is a sentence for a person. */
export class VerifyError extends Error {
  override readonly name = 'VerifyError';
  readonly code: VerifyErrorCode;

  constructor(code: VerifyErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Ends the check that is running: it failed, for the reason in `sentence`. */
export function refuse(sentence: string): never {
  throw new VerifyError('refused', sentence);
}

/** Text from a hostile source, cut and with everything but printable ASCII escaped, so that it can stand in a line. */
export function quote(text: string): string {
  const cut = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return `“${cut.replace(/[^\x20-\x7e…]/gu, (c) => `\\u{${(c.codePointAt(0) as number).toString(16)}}`)}”`;
}
