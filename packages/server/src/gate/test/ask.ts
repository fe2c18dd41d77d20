import type { EntryNamed } from '@portcullis/record';
import { until } from '../../test/until.ts';
import { KEY, type TestGate } from './test-gate.ts';

export const CHAT = {
  model: 'practice-small',
  messages: [{ role: 'user', content: 'Say something, please.' }],
};
export const MESSAGES = { ...CHAT, max_tokens: 64 };

export type Problem = {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly type: string;
    readonly param?: string | null;
    readonly [fact: string]: unknown;
  };
  readonly type?: string;
  readonly request_id?: string;
};

/** POSTs JSON (or a string, or bytes, as they are) with the test's key. */
export function post(
  t: TestGate,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
  signal: AbortSignal | null = null,
): Promise<Response> {
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  return fetch(`${t.url}${path}`, {
    method: 'POST',
    signal,
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...headers },
    body: raw ? (body as string | Uint8Array<ArrayBuffer>) : JSON.stringify(body),
  });
}

export function chat(
  t: TestGate,
  headers: Record<string, string> = {},
  more: object = {},
  signal: AbortSignal | null = null,
): Promise<Response> {
  return post(t, '/v1/chat/completions', { ...CHAT, ...more }, headers, signal);
}

export async function problem(answer: Response): Promise<Problem> {
  return (await answer.json()) as Problem;
}

/** The completion of the exchange that an answer names. */
export function completionOf(t: TestGate, answer: Response): Promise<EntryNamed<'exchange.completed'>> {
  return completionOfIndex(t, Number(answer.headers.get('x-portcullis-entry') ?? NaN));
}

/** The completion of the exchange whose admission has this index. */
export async function completionOfIndex(
  t: TestGate,
  index: number,
): Promise<EntryNamed<'exchange.completed'>> {
  let found: EntryNamed<'exchange.completed'> | undefined;
  await eventually(`the completion of entry ${index}`, () => {
    found = t.appender
      .entries()
      .filter((entry) => entry.type === 'exchange.completed')
      .find((entry) => entry.admitted === index);
    return found !== undefined;
  });
  return found as EntryNamed<'exchange.completed'>;
}

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until it is so. */
export const eventually = (what: string, isSo: () => boolean, timeoutMs = 3_000): Promise<void> =>
  until(what, isSo, { timeoutMs });
