/** How text is set for people: widths, tables, times, colour. Everything from outside goes through {@link printable}. */

export type Style = {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
};

/** @param enabled only where a terminal reads it and NO_COLOR (no-color.org) is not set */
export function createStyle(enabled: boolean): Style {
  const wrapWith =
    (on: number, off: number) =>
    (text: string): string =>
      enabled ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return { bold: wrapWith(1, 22), dim: wrapWith(2, 22), good: wrapWith(32, 39), bad: wrapWith(31, 39) };
}

/** Text of others without what moves a terminal's cursor or turns the direction of writing; line breaks stay. */
export function printable(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/[^\P{C}\n\t]|[\u2028\u2029]/gu, '\ufffd');
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

/** Columns that a text takes in a terminal, escape sequences of {@link createStyle} not counted. */
export function widthOf(text: string): number {
  let width = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what the style writes
  for (const sign of text.replace(/\u001b\[\d+m/g, ''))
    width += /\p{M}/u.test(sign) ? 0 : WIDE.test(sign) ? 2 : 1;
  return width;
}

export type Column = { readonly title: string; readonly right?: true };

/** Rows under titles, columns two spaces apart; numbers stand right. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly (string | number)[])[],
  style: Style,
): string {
  const cells = rows.map((row) => row.map((cell) => printable(String(cell)).replaceAll('\n', ' ')));
  const widths = columns.map((column, i) =>
    Math.max(widthOf(column.title), ...cells.map((row) => widthOf(row[i] ?? ''))),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => pad(cell, widths[i] as number, columns[i]?.right))
      .join('  ')
      .trimEnd();
  return [style.dim(line(columns.map((column) => column.title))), ...cells.map(line)].join('\n');
}

function pad(text: string, width: number, right: boolean | undefined): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)));
  return right ? space + text : text + space;
}

/** Breaks text at spaces; every line begins with `indent`, the first with `first`. */
export function wrap(text: string, widthMax: number, indent = '', first = indent): string {
  const lines: string[] = [];
  for (const paragraph of printable(text).split('\n')) {
    let line = lines.length === 0 ? first : indent;
    let empty = true;
    for (const word of paragraph.split(/\s+/).filter((each) => each !== '')) {
      if (!empty && widthOf(line) + 1 + widthOf(word) > widthMax) {
        lines.push(line);
        line = indent;
        empty = true;
      }
      line += empty ? word : ` ${word}`;
      empty = false;
    }
    lines.push(line);
  }
  return lines.map((line) => line.trimEnd()).join('\n');
}

/** The clock today, the date before; in the reader's own time zone. @param nowMs Unix milliseconds */
export function shortTime(timeMs: number | null | undefined, nowMs: number): string {
  if (timeMs === null || timeMs === undefined) return '–';
  const time = new Date(timeMs);
  const two = (n: number): string => String(n).padStart(2, '0');
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
  if (time.toDateString() === new Date(nowMs).toDateString()) return clock;
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${clock.slice(0, 5)}`;
}

/** `1 account`, `12 accounts`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

const COMMANDS =
  'start|init|status|reload|case|account|key|operator|export|verify|receipt|ledger|vault|fsck|hunt|witness|switch|incident';
const NAMED_COMMAND = new RegExp(`(?<!npx |[\\w./-])portcullis (?=(?:${COMMANDS})\\b)`, 'g');

/** A sentence with the commands in it as they are typed here. */
export function asTyped(sentence: string, io: { readonly program: string }): string {
  return sentence.replaceAll(NAMED_COMMAND, `${io.program} `);
}

/**
 * What to do next: the sentence wrapped, the command that ends it on a line of its own that is never broken, so that it can be pasted.
 * @param sentence of the server, such as `Confirm it: portcullis case decide case-1 --confirm dec-1`
 * @param as such as ` --as ada`, put after the command
 */
export function nextStep(
  sentence: string,
  io: { readonly program: string; readonly width: number },
  as: string,
): string {
  const at = sentence.lastIndexOf(': portcullis ');
  if (at === -1) return wrap(`Next: ${asTyped(sentence, io)}`, io.width);
  const command = asTyped(printable(sentence.slice(at + 2)).replaceAll('\n', ' '), io);
  return `${wrap(`Next: ${sentence.slice(0, at + 1)}`, io.width)}\n  ${command}${as}`;
}

/** ` --as ada` where somebody acts as a practice operator: what the next command needs too. */
export function spellAs(as: string | undefined): string {
  return as === undefined ? '' : ` --as ${as}`;
}

/** ` --as NAME` where somebody acts as a practice operator and another person must act next. */
export function spellAsOther(as: string | undefined): string {
  return as === undefined ? '' : ' --as NAME';
}
