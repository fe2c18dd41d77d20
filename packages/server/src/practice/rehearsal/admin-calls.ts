import { request } from 'undici';
import { ServerError } from '../../server-error.ts';

/** Calls the admin API as one operator. @throws ServerError with the API's own sentence */
export type AdminCalls = {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
};

/** @param token an operator's token; sent as Bearer, never logged */
export function createAdminCalls(adminUrl: string, token: string): AdminCalls {
  const call = async <T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> => {
    const answer = await request(`${adminUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const value = (await answer.body.json()) as { error?: { message?: string } };
    if (answer.statusCode >= 400) {
      throw new ServerError(
        'bad-request',
        `${method} ${path} was refused: ${value.error?.message ?? answer.statusCode}`,
      );
    }
    return value as T;
  };
  return { get: (path) => call('GET', path), post: (path, body) => call('POST', path, body ?? {}) };
}
