import type { TrafficMessage } from '@portcullis/detection';
import type { Dialogue } from './corpora.ts';
import { paraphrase } from './paraphrase.ts';

/** One exchange before it is spelled out: which turn of which dialogue, and how it is framed and reworded. */
export type Sent = {
  readonly dialogue: Dialogue;
  readonly turn: number;
  readonly system?: string | null;
  /** `{}` stands for the prompt. */
  readonly wrapper?: string | null;
  /** `variant` null: the wrapper stays as it is. */
  readonly wrapperVariant?: number | null;
  readonly depth?: 0 | 1 | 2;
  readonly variant?: number;
};

export function promptOf(sent: Sent): string {
  const { dialogue, turn, wrapper, wrapperVariant, depth = 0, variant = 0 } = sent;
  const text = dialogue.turns[turn]?.prompt ?? '';
  const worded = depth === 0 ? text : paraphrase(text, depth, variant);
  if (!wrapper) return worded;
  const frame =
    typeof wrapperVariant === 'number'
      ? wrapper
          .split('{}')
          .map((part) => paraphrase(part, 2, wrapperVariant))
          .join('{}')
      : wrapper;
  return frame.replace('{}', () => worded);
}

/** The dialogue as sent, up to and with this prompt. */
export function messagesOf(sent: Sent, prompt: string): TrafficMessage[] {
  const messages: TrafficMessage[] = [];
  if (sent.system) messages.push({ role: 'system', content: sent.system });
  for (const earlier of sent.dialogue.turns.slice(0, sent.turn)) {
    messages.push({ role: 'user', content: earlier.prompt });
    if (earlier.response !== null) messages.push({ role: 'assistant', content: earlier.response });
  }
  messages.push({ role: 'user', content: prompt });
  return messages;
}

/** Every turn of a dialogue, in order. */
export function wholeDialogue(dialogue: Dialogue, rest: Omit<Sent, 'dialogue' | 'turn'> = {}): Sent[] {
  return dialogue.turns.map((_, turn) => ({ ...rest, dialogue, turn }));
}
