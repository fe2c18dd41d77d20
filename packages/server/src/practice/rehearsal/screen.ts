import { createInterface } from 'node:readline';
import { wrap } from '../../cli/text.ts';

/** Where the rehearsal tells a person what happens. */
export type Screen = {
  line(text?: string): void;
  /** Redraws one line in place on a terminal; elsewhere prints a line now and then. Without a bar where `total` is 0. */
  progress(label: string, done: number, total: number, note: string): void;
  /** Ends the line that {@link Screen.progress} redraws. */
  settle(): void;
  bold(text: string): string;
  /**
   * Resolves when the person presses Enter; never where nobody can (no terminal).
   * `cancel` withdraws the question.
   */
  enter(): { pressed: Promise<void>; cancel(): void };
};

const BAR_CELLS = 28;
const PLAIN_INTERVAL_MS = 5000;

/** A screen on standard output. Colour and redrawing only on a terminal; `NO_COLOR` is respected. */
export function createScreen(
  output: NodeJS.WriteStream = process.stdout,
  input: NodeJS.ReadStream = process.stdin,
): Screen {
  const live = output.isTTY === true;
  const colour = live && process.env['NO_COLOR'] === undefined;
  let drawn = false;
  let plainAt = 0;
  const settle = (): void => {
    if (drawn) output.write('\n');
    drawn = false;
  };
  return {
    line(text = '') {
      settle();
      output.write(`${live ? fit(text, output.columns ?? 100) : text}\n`);
    },
    progress(label, done, total, note) {
      const text = total === 0 ? `${label}: ${note}` : `${label} ${bar(done, total)} ${note}`;
      if (live) {
        output.write(`\r\u001b[2K${text.slice(0, (output.columns ?? 100) - 1)}`);
        drawn = true;
      } else if (performance.now() - plainAt > PLAIN_INTERVAL_MS) {
        plainAt = performance.now();
        output.write(`${text}\n`);
      }
    },
    settle,
    bold: (text) => (colour ? `\u001b[1m${text}\u001b[22m` : text),
    enter: () => waitForEnter(input, output),
  };
}

/** What {@link Screen.bold} writes around a text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const MARKS = /\u001b\[\d+m/g;

/** Breaks prose at spaces, in the last column where a line has columns. What is to be typed stays in one piece. */
function fit(text: string, columns: number): string {
  const plain = text.replace(MARKS, '');
  if (plain.length <= columns || /^\s+(?:npx|export|[A-Z_]+=)/.test(plain)) return text;
  const first = /^\s*(?:• )?(?:.*\S {2,}(?=\S))?/.exec(plain)?.[0] ?? '';
  if (first.length > columns / 2) return text;
  const wrapped = wrap(plain.slice(first.length), columns, ' '.repeat(first.length), first);
  return putMarks(text, wrapped);
}

/** Puts the marks of `marked` where they stood. Wrapping changes nothing but white space, so the other characters are counted. */
function putMarks(marked: string, wrapped: string): string {
  let result = '';
  let at = 0;
  for (const piece of marked.split(/(\u001b\[\d+m)/)) {
    if (piece.startsWith('\u001b')) {
      result += piece;
      continue;
    }
    let left = piece.replace(/\s/g, '').length;
    for (; left > 0; at++) {
      const sign = wrapped[at] ?? '';
      if (sign.trim() !== '') left -= 1;
      result += sign;
    }
  }
  return result + wrapped.slice(at);
}

function bar(done: number, total: number): string {
  const filled = Math.max(0, Math.min(BAR_CELLS, Math.round((done / Math.max(1, total)) * BAR_CELLS)));
  return `[${'█'.repeat(filled)}${'·'.repeat(BAR_CELLS - filled)}]`;
}

function waitForEnter(
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
): { pressed: Promise<void>; cancel(): void } {
  if (input.isTTY !== true || output.isTTY !== true)
    return { pressed: new Promise(() => {}), cancel: () => {} };
  const lines = createInterface({ input, output, terminal: false });
  const pressed = new Promise<void>((resolve) => lines.once('line', () => resolve()));
  return { pressed, cancel: () => lines.close() };
}
