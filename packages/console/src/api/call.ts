/** What the admin API said where it refused, in its own words. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  /** What to do about it. */
  readonly hint: string;

  constructor(status: number, code: string, message: string, hint: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.hint = hint;
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Sent with every call that changes something; the session's answer tells it. */
let csrf = '';
export function keepCsrf(token: string): void {
  csrf = token;
}

/** A call of the admin API by the session's cookie. @throws ApiError */
export async function call<T>(
  method: Method,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<T> {
  const answer = await send(method, path, body, signal);
  let told: unknown;
  try {
    told = await answer.json();
  } catch {
    throw new ApiError(answer.status, 'unreadable', '', '');
  }
  if (answer.ok) return told as T;
  const { error } = told as { error?: { code: string; message: string; hint: string } };
  throw new ApiError(answer.status, error?.code ?? 'unreadable', error?.message ?? '', error?.hint ?? '');
}

async function send(method: Method, path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = {};
  if (method !== 'GET') headers['x-portcullis-csrf'] = csrf;
  if (body !== undefined) headers['content-type'] = 'application/json';
  try {
    return await fetch(path, {
      method,
      headers,
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, 'unreachable', '', '');
  }
}

export const get = <T>(path: string, signal?: AbortSignal): Promise<T> =>
  call<T>('GET', path, undefined, signal);
export const post = <T>(path: string, body: unknown = {}): Promise<T> => call<T>('POST', path, body);
