import type { JsonObject } from './json.ts';

/** Which API's shape an answer has. */
export type ApiShape = 'openai' | 'anthropic';

export type RefusalCode =
  | 'invalid_api_key'
  | 'invalid_json'
  | 'invalid_value'
  | 'unsupported_encoding'
  | 'request_too_large'
  | 'model_not_found'
  | 'not_found'
  | 'method_not_allowed'
  | 'practice_fault';

/** Thrown anywhere while a call is read; the server turns it into an error answer in the caller's API shape. */
export class PracticeRefusal extends Error {
  readonly status: number;
  readonly code: RefusalCode;
  /** The body field at fault, as both APIs name it, or null. */
  readonly param: string | null;

  constructor(status: number, code: RefusalCode, message: string, param: string | null = null) {
    super(message);
    this.name = 'PracticeRefusal';
    this.status = status;
    this.code = code;
    this.param = param;
  }
}

/** https://platform.openai.com/docs/guides/error-codes */
const openaiTypes = new Map<number, string>([
  [429, 'requests'],
  [500, 'server_error'],
  [503, 'service_unavailable'],
  [529, 'server_error'],
]);

const openaiFaultCodes = new Map<number, string>([[429, 'rate_limit_exceeded']]);

/** https://docs.anthropic.com/en/api/errors */
const anthropicTypes = new Map<number, string>([
  [401, 'authentication_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [413, 'request_too_large'],
  [429, 'rate_limit_error'],
  [500, 'api_error'],
  [503, 'api_error'],
  [529, 'overloaded_error'],
]);

/** The body of an error answer, in the shape of the API that was called. */
export function shapeError(shape: ApiShape, refusal: PracticeRefusal, requestId: string): JsonObject {
  const { status, code, message, param } = refusal;
  if (shape === 'anthropic') {
    const type = anthropicTypes.get(status) ?? (status >= 500 ? 'api_error' : 'invalid_request_error');
    return { type: 'error', error: { type, message }, request_id: requestId };
  }
  const type = openaiTypes.get(status) ?? (status >= 500 ? 'server_error' : 'invalid_request_error');
  const shown = code === 'practice_fault' ? (openaiFaultCodes.get(status) ?? null) : code;
  return { error: { message, type, param, code: shown } };
}
