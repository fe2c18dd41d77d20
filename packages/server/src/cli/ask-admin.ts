import type { Command } from 'commander';
import { connect, type ConnectionOptions } from './connection.ts';
import { EXIT, failure } from './exits.ts';
import type { Io } from './io.ts';
import { printable } from './text.ts';

/** Calls of the admin API as one operator (docs/admin-api.md). Each throws ServerError with the API's own sentence and hint. */
export type Admin = {
  get<T>(path: string): Promise<T>;
  send<T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T>;
  readonly url: string;
};

type Refusal = { readonly error?: { readonly message?: string; readonly hint?: string } };

const TIMEOUT_MS = 60_000;
/** An export reads the whole ledger. */
const EXPORT_TIMEOUT_MS = 3_600_000;

/** @param command whose options say where the server is and who asks */
export async function openAdmin(command: Command, io: Io): Promise<Admin> {
  const { url, token } = await connect(command.opts<ConnectionOptions>(), io);
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await reach(url, path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(path.endsWith('/export') ? EXPORT_TIMEOUT_MS : TIMEOUT_MS),
      redirect: 'error',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const value = (await answer.json().catch(() => ({}))) as T & Refusal;
    if (answer.ok) return value;
    const { message = `The server answered ${answer.status}.`, hint = '' } = value.error ?? {};
    throw failure(EXIT.refused, printable(message), printable(hint));
  };
  return {
    url,
    get: (path) => call('GET', path),
    send: (method, path, body = {}) => call(method, path, body),
  };
}

/** fetch, with a sentence where nobody answers. */
export async function reach(url: string, path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(`${url}${path}`, init);
  } catch (error) {
    const { name, cause } = error as Error & { cause?: { code?: string; message?: string } };
    throw failure(
      EXIT.unreachable,
      `No server answers at ${url} (${cause?.code ?? cause?.message ?? name}).`,
      'Start one with "portcullis start", or say where it is with --admin URL or PORTCULLIS_ADMIN_URL.',
    );
  }
}

/** An id from the command line in a path. @throws ServerError wrong use */
export function idPart(id: string, what: string): string {
  if (!/^[a-z0-9][a-z0-9._-]{0,63}$/.test(id))
    throw failure(
      EXIT.wrongUse,
      `${JSON.stringify(id)} is no name of ${what}.`,
      'Names have lower-case letters, digits, dot, dash and underscore.',
    );
  return id;
}
