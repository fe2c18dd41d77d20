export type Message = { readonly role: string; readonly text: string };

/**
 * The messages of a request in the shape of either provider; undefined where it is none, and then it is shown as it came.
 * @param request JSON as the caller sent it: anything may stand there
 */
export function readMessages(request: string): Message[] | undefined {
  let body: unknown;
  try {
    body = JSON.parse(request);
  } catch {
    return undefined;
  }
  if (!isRecord(body)) return undefined;
  const system = textOf(body['system'] ?? body['instructions']);
  const list = body['messages'] ?? body['input'] ?? body['prompt'];
  const messages = Array.isArray(list) ? list.flatMap(readMessage) : [{ role: 'user', text: textOf(list) }];
  const all = [{ role: 'system', text: system }, ...messages].filter((each) => each.text !== '');
  return all.length === 0 ? undefined : all;
}

function readMessage(message: unknown): Message[] {
  if (typeof message === 'string') return [{ role: 'user', text: message }];
  if (!isRecord(message)) return [];
  const role = typeof message['role'] === 'string' ? message['role'] : 'user';
  return [{ role, text: textOf(message['content']) }];
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((part) => (isRecord(part) && typeof part['text'] === 'string' ? part['text'] : ''))
    .filter((text) => text !== '')
    .join('\n');
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
