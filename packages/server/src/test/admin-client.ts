/** Calls of the admin API by one operator, with JSON both ways. @throws Error with status and body where it refuses */
export type AdminClient = <T>(method: string, path: string, body?: unknown) => Promise<T>;

export function createAdminClient(adminUrl: string, token: string): AdminClient {
  return async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await fetch(`${adminUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as T;
  };
}
