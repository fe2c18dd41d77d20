import type { ResponseHeaders } from '../call-upstream.ts';

/** Types and encodings are read without regard to case (RFC 9110, sections 8.3.1 and 8.4.1). */
export function isEventStream(headers: ResponseHeaders): boolean {
  return /^text\/event-stream\b/i.test(String(headers['content-type'] ?? ''));
}

/** How an answer is compressed, in lower case; undefined where its bytes are what they mean. */
export function encodingOf(headers: ResponseHeaders): string | undefined {
  const given = headers['content-encoding'];
  if (given === undefined) return undefined;
  const encoding = String(given).trim().toLowerCase();
  return encoding === '' || encoding === 'identity' ? undefined : encoding;
}
