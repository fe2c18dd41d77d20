import { wrongField } from './fields.ts';
import { isObject, type JsonObject } from './json.ts';

/** One message of either API, its content parts joined. */
export interface Turn {
  readonly role: string;
  readonly text: string;
  /** The content as it came: a string or a list of parts. */
  readonly content: unknown;
}

/** A list of at least one `{role, content}` with a role out of `roles`. */
export function readConversation(body: JsonObject, name: string, roles: readonly string[]): readonly Turn[] {
  const list = body[name];
  if (!Array.isArray(list) || list.length === 0) throw wrongField(name, 'an array of at least one message');
  return list.map((message: unknown, index) => {
    const at = `${name}[${index}]`;
    if (!isObject(message)) throw wrongField(at, 'an object');
    const { role, content } = message;
    if (typeof role !== 'string' || !roles.includes(role)) throw wrongField(`${at}.role`, roles.join(', '));
    return { role, content, text: contentText(content, `${at}.content`) };
  });
}

/** The text of a string, of parts `{text}` or `{content}` (tool results), or of nothing. Images and files count as none. */
export function contentText(content: unknown, at: string): string {
  if (typeof content === 'string') return content;
  if (content === null || content === undefined) return '';
  if (!Array.isArray(content)) throw wrongField(at, 'a string or an array of content parts');
  const texts = content.map((part: unknown, index) => {
    if (!isObject(part)) throw wrongField(`${at}[${index}]`, 'an object');
    if (typeof part['text'] === 'string') return part['text'];
    return part['type'] === 'tool_result' ? contentText(part['content'], `${at}[${index}].content`) : '';
  });
  return texts.join('\n');
}
