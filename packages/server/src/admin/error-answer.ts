import { RecordError } from '@portcullis/record';
import { ServerError, type ServerErrorCode } from '../server-error.ts';

/** An error as the admin API tells it. */
export type ErrorAnswer = {
  readonly status: number;
  readonly error: { readonly code: string; readonly message: string; readonly hint: string };
};

const ANSWERS: Partial<Record<ServerErrorCode, { readonly status: number; readonly hint: string }>> = {
  'bad-request': { status: 400, hint: 'Correct the call; docs/admin-api.md has every field.' },
  unauthenticated: {
    status: 401,
    hint: 'Send Authorization: Bearer <operator token>; an admin makes tokens.',
  },
  'too-many': { status: 429, hint: 'Wait as long as it says; each wrong try doubles it.' },
  forbidden: { status: 403, hint: 'Ask somebody whose role and part in the case allow it.' },
  gone: { status: 410, hint: 'Ask the operator for another link.' },
  'not-found': { status: 404, hint: 'List what there is, and take an id from there.' },
  conflict: { status: 409, hint: 'Look at the state again, do what the message says, and repeat.' },
  'budget-exhausted': {
    status: 409,
    hint: 'Ask for less, or for a later period. What was spent does not come back; docs/reporting.md says how to plan it.',
  },
  'ledger-refused': {
    status: 503,
    hint: 'Look how things stand before you ask again: what was under way may have been recorded. See portcullis status.',
  },
  'bad-config': {
    status: 422,
    hint: 'The settings that ruled before still do. Correct the file and reload again.',
  },
  'ledger-overloaded': { status: 503, hint: 'Ask again in a few seconds.' },
  'provider-failed': { status: 502, hint: 'Sign in by token or password, and have admin.openid looked at.' },
  unsupported: { status: 501, hint: 'This installation does not have it.' },
};

const INTERNAL: ErrorAnswer = {
  status: 500,
  error: { code: 'internal', message: 'Something went wrong here.', hint: 'Look at the log of the server.' },
};

/** Only errors of our own say what happened; any other could hold what must not leave. */
export function answerError(error: unknown): ErrorAnswer {
  if (error instanceof RecordError && (error.code === 'bad-entry' || error.code === 'entry-too-large')) {
    const hint = 'Shorten or correct what you sent; an entry of the ledger has at most 8 KiB.';
    return { status: 400, error: { code: 'bad-request', message: error.message, hint } };
  }
  if (!(error instanceof ServerError)) return INTERNAL;
  const answer = ANSWERS[error.code];
  if (answer === undefined)
    return { status: 500, error: { ...INTERNAL.error, code: error.code, message: error.message } };
  return { status: answer.status, error: { code: error.code, message: error.message, hint: answer.hint } };
}
