import type { World } from './world.ts';

/** An answer as text, headers and all. */
export type Answer = {
  readonly status: number;
  /** Status line, headers and body: whatever could tell something. */
  readonly text: string;
  readonly body: string;
  readonly entry: number | undefined;
};

export type Asked = {
  readonly at: 'gate' | 'admin';
  readonly method: string;
  readonly path: string;
  /** Sent as `Authorization: Bearer`; undefined sends none. */
  readonly bearer: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

export async function ask(
  { server }: World,
  { at, method, path, bearer, headers, body }: Asked,
): Promise<Answer> {
  const response = await fetch(`${at === 'gate' ? server.gateUrl : server.adminUrl}${path}`, {
    method,
    headers: {
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  // Events have no end to wait for; what they say has tests of its own.
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  if (isStream) await response.body?.cancel();
  const text = isStream ? '{}' : await response.text();
  const head = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
  const entry = response.headers.get('x-portcullis-entry');
  return {
    status: response.status,
    text: `${response.statusText}\n${head}\n${text}`,
    body: text,
    entry: entry === null ? undefined : Number(entry),
  };
}
