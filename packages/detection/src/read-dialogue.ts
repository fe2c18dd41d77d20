import type { TrafficMessage } from './traffic.ts';

// What callers wrote, in the shapes of model APIs: texts, content parts, messages. It comes from strangers, so nothing here
// follows it deeper than a part's text.

/** UTF-16 units kept of one text; no detector reads more. */
export const TEXT_CHARS_MAX = 262_144;
/** Messages kept of one dialogue: its last ones. */
const MESSAGES_MAX = 512;
const ROLE_CHARS_MAX = 32;

/** The value as an object, where it is one and no list. */
export function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

/** Text of a string, of content parts with `text`, or of a list of strings, joined by newlines; of anything else, empty. */
export function flattenContent(value: unknown): string {
  if (typeof value === 'string') return value.slice(0, TEXT_CHARS_MAX);
  if (!Array.isArray(value)) return '';
  let text = '';
  for (const part of value as unknown[]) {
    const piece = typeof part === 'string' ? part : asObject(part)?.['text'];
    if (typeof piece === 'string') text += text === '' ? piece : `\n${piece}`;
    if (text.length >= TEXT_CHARS_MAX) break;
  }
  return text.slice(0, TEXT_CHARS_MAX);
}

/** The last messages of a dialogue. What has no role is no message, and passed over. */
export function readMessages(listed: readonly unknown[]): TrafficMessage[] {
  const messages: TrafficMessage[] = [];
  for (const item of listed.slice(-MESSAGES_MAX)) {
    const message = asObject(item);
    if (message === undefined || typeof message['role'] !== 'string') continue;
    messages.push({
      role: message['role'].slice(0, ROLE_CHARS_MAX),
      content: flattenContent(message['content']),
    });
  }
  return messages;
}

/** What the caller wrote last; undefined where no message is the caller's. */
export function lastUserText(messages: readonly TrafficMessage[]): string | undefined {
  return messages.findLast((message) => message.role === 'user')?.content;
}

/** The system text among the messages, null where there is none. */
export function systemText(messages: readonly TrafficMessage[]): string | null {
  return (
    messages.find((message) => message.role === 'system' || message.role === 'developer')?.content ?? null
  );
}
