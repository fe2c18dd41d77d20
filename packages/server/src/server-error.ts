/**
 * Why the server refused or stopped. The union is closed; the command line maps each code to an exit status and a hint.
 */
export type ServerErrorCode =
  | 'bad-config' // a setting is unknown or wrong; the message names it
  | 'bad-request' // an admin call or a command was malformed
  | 'not-found'
  | 'forbidden' // the role or the person may not do this
  | 'conflict' // the state does not allow it now
  | 'budget-exhausted' // less privacy loss is left than was asked for
  | 'unauthenticated'
  | 'too-many' // wrong tries to sign in: wait
  | 'gone' // a link that worked once does not any more
  | 'ledger-locked' // another writer has the directory
  | 'ledger-refused' // the ledger can not take entries (storage failed, or it is stopping)
  | 'ledger-overloaded' // push-back: too much is waiting
  | 'ledger-damaged' // what fsck would refuse
  | 'storage-failed' // an fsync failed, or the disk answered EIO: nobody knows what it has
  | 'vault-key-missing' // erased, or the master key is another
  | 'vault-damaged'
  | 'provider-failed' // the OpenID Connect provider can not be reached, or is set up otherwise
  | 'port-in-use'
  | 'unsupported';

/** The one error class of this package: a closed `code` and a sentence that says what to do next. */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly code: ServerErrorCode;

  constructor(code: ServerErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
