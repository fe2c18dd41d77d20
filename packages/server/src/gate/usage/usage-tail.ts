import type { ApiShape } from '../routes.ts';
import { readUsage, type TokenUsage } from './usage.ts';

const MARK = Buffer.from('"usage"');
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Finds `"usage":{…}` in the last bytes of a JSON text without reading the rest. An answer can echo what a caller wrote, so a
 * match counts only at the right depth: after its object, exactly `depth` further braces must close and nothing may stay
 * open.
 * @param depth 1 where usage stands at the top
 */
export function findUsageInTail(shape: ApiShape, tail: Buffer, depth: number): TokenUsage | undefined {
  for (let at = tail.lastIndexOf(MARK); at >= 0; at = at === 0 ? -1 : tail.lastIndexOf(MARK, at - 1)) {
    // A quote after a backslash opens nothing: it stands inside a string that a caller may have chosen. At the very front the backslash
    // may have been cut off.
    const start = at === 0 || tail[at - 1] === BACKSLASH ? -1 : skipColon(tail, at + MARK.length);
    if (start < 0 || tail[start] !== 0x7b) continue;
    const end = scanDepth(tail, start, 0);
    if (end === undefined || scanDepth(tail, end, depth) !== tail.length) continue;
    try {
      return readUsage(shape, JSON.parse(tail.toString('utf8', start, end)));
    } catch {
      continue;
    }
  }
  return undefined;
}

function skipColon(bytes: Buffer, from: number): number {
  let at = skipSpace(bytes, from);
  if (bytes[at] !== 0x3a) return -1;
  at = skipSpace(bytes, at + 1);
  return at;
}

function skipSpace(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++;
  return at;
}

/**
 * Walks over JSON until its depth has fallen to zero, counting from `depth`; then, where `depth` was above zero, over white
 * space. @returns where it stopped, or undefined where the bytes end first
 */
function scanDepth(bytes: Buffer, from: number, depth: number): number | undefined {
  let open = depth;
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = endOfString(bytes, at);
      if (at < 0) return undefined;
    } else if (byte === 0x7b || byte === 0x5b) open++;
    else if (byte === 0x7d || byte === 0x5d) {
      open--;
      if (open === 0) return depth === 0 ? at + 1 : skipSpace(bytes, at + 1);
    }
  }
  return undefined;
}

function endOfString(bytes: Buffer, quote: number): number {
  for (let at = bytes.indexOf(QUOTE, quote + 1); at >= 0; at = bytes.indexOf(QUOTE, at + 1)) {
    let slashes = 0;
    while (bytes[at - 1 - slashes] === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return at;
  }
  return -1;
}
