import type { ApiShape } from './routes.ts';

/** Why the gate itself answers with an error. The union is closed; docs/operating.md explains each. */
export type RefusalCode =
  | 'invalid_api_key'
  | 'conflicting_api_keys'
  | 'key_in_address'
  | 'account_on_hold'
  | 'account_closed'
  | 'rate_limit_exceeded'
  | 'not_found'
  | 'method_not_allowed'
  | 'model_not_found'
  | 'request_too_large'
  | 'headers_too_large'
  | 'malformed_http'
  | 'expectation_failed'
  | 'request_timeout'
  | 'unsupported_encoding'
  | 'invalid_json'
  | 'invalid_utf8'
  | 'duplicate_field'
  | 'escaped_field'
  | 'nesting_too_deep'
  | 'too_complex'
  | 'invalid_type'
  | 'sampling_not_allowed'
  | 'ledger_unavailable'
  | 'gate_overloaded'
  | 'gate_draining'
  | 'upstream_unreachable'
  | 'upstream_timeout'
  | 'upstream_credentials'
  | 'upstream_broken'
  | 'receipt_not_found'
  | 'receipt_pending'
  | 'internal_error';

export type Refusal = {
  readonly status: number;
  readonly code: RefusalCode;
  /** Names the limit or rule, and what to do next. Never holds a key, an address of an upstream or another account's data. */
  readonly message: string;
  /** The field of the body at fault. */
  readonly param?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Further facts for programs, such as the case. */
  readonly facts?: Readonly<Record<string, string | number>>;
};

export function refuse(status: number, code: RefusalCode, message: string, param?: string): Refusal {
  return param === undefined ? { status, code, message } : { status, code, message, param };
}

/** https://platform.openai.com/docs/guides/error-codes */
function openaiType(status: number): string {
  if (status === 429) return 'rate_limit_error';
  if (status === 403) return 'permission_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}

/** https://docs.anthropic.com/en/api/errors */
const ANTHROPIC_TYPES = new Map<number, string>([
  [401, 'authentication_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [413, 'request_too_large'],
  [429, 'rate_limit_error'],
  [503, 'overloaded_error'],
  [504, 'timeout_error'],
]);

/**
 * An error in the shape of the API that was called: `{error: {message, type, param, code}}`, or
 * `{type: 'error', error: {type, message, code}, request_id}`. The code stands in both.
 */
export function errorBody(shape: ApiShape, refusal: Refusal, requestId: string): string {
  const { status, code, message, param, facts } = refusal;
  if (shape === 'openai') {
    return JSON.stringify({
      error: { message, type: openaiType(status), param: param ?? null, code, ...facts },
    });
  }
  const type = ANTHROPIC_TYPES.get(status) ?? (status >= 500 ? 'api_error' : 'invalid_request_error');
  return JSON.stringify({ type: 'error', error: { type, message, code, ...facts }, request_id: requestId });
}

/** For requests whose path was never read: an error that both kinds of client understand. */
export function errorBodyForBoth(refusal: Refusal): string {
  const { status, code, message } = refusal;
  return JSON.stringify({
    type: 'error',
    error: { message, type: openaiType(status), param: null, code },
    request_id: null,
  });
}
