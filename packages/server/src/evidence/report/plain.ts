/**
 * Text of others (reasons, sentences that quote prompts) as one line that Markdown shows as it is: no control signs, none that turn the
 * direction of writing, no mark-up.
 */
export function plain(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\\`*_[\]<>#|~!]/g, '\\$&')
    .trim();
}

/** `2026-11-23 14:05:09 UTC` */
export function readableTime(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`;
}

export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

export function list(lines: readonly string[], otherwise: string): string {
  return lines.length === 0 ? otherwise : lines.map((line) => `- ${line}`).join('\n');
}
