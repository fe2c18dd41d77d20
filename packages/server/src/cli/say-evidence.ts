import type { Io } from './io.ts';
import { printable, wrap } from './text.ts';

export type OpenedItem = {
  readonly item: string;
  readonly index: number;
  readonly says: string;
  readonly content: Readonly<Record<string, string>> | null;
  readonly missing?: 'erased' | 'none' | 'lost';
};

const MISSING = {
  erased: 'Its content was erased.',
  none: 'Nothing was kept of it.',
  lost: 'Its content can not be read: the vault is damaged or its key is gone. Run portcullis fsck.',
} as const;
const SHORT_CHARS_MAX = 900;
const INDENT = '    ';

/** Content that a reviewer opened; it is others' text and is printed as such. */
export function sayEvidence(opened: readonly OpenedItem[], io: Io, full: boolean): void {
  for (const { item, index, says, content, missing } of opened) {
    io.say(
      `${io.style.bold(item)} ${io.style.dim(`(entry ${index})`)} ${printable(says).replaceAll('\n', ' ')}`,
    );
    if (content === null) io.say(`${INDENT}${MISSING[missing ?? 'none']}`);
    for (const [field, text] of Object.entries(content ?? {})) {
      if (field === 'finding') continue; // case show says it in sentences
      io.say(`  ${io.style.dim(field)}`);
      io.say(wrap(shorten(readable(field, text), full), io.width, INDENT));
    }
    io.say();
  }
}

function shorten(text: string, full: boolean): string {
  if (full || text.length <= SHORT_CHARS_MAX) return text;
  return `${text.slice(0, SHORT_CHARS_MAX).toWellFormed()} … (${text.length - SHORT_CHARS_MAX} more; --full shows them)`;
}

/** What was said, out of the JSON it was said in; anything else as it is. */
function readable(field: string, text: string): string {
  if (field !== 'request') return text;
  try {
    const body = JSON.parse(text) as { messages?: unknown; input?: unknown; prompt?: unknown };
    const said = body.messages ?? body.input ?? body.prompt;
    if (typeof said === 'string') return said;
    if (!Array.isArray(said)) return text;
    return said.map(sayMessage).join('\n');
  } catch {
    return text;
  }
}

function sayMessage(message: unknown): string {
  const { role = '?', content } = (message ?? {}) as { role?: unknown; content?: unknown };
  const text = typeof content === 'string' ? content : JSON.stringify(content ?? message);
  return `${String(role)}: ${text}`;
}
