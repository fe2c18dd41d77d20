import { type Refusal, refuse } from './refusal.ts';

// What JSON.parse does not tell: whether a key stands twice in one object, and how deep a text is nested. Two readers of such a
// text can disagree (RFC 8259, section 4), so a gate could admit one `model` and the upstream run another, or a detector
// read other messages than the model did. Strings are skipped with a native search, so long prompts cost little.
//
// Nor does it tell when it misreads. V8 13.6 (Node 24.21.0) compares a key as it is spelt, escapes and all, with the one it expects
// after an object it read before: once a caller has sent `{"\\":1}`, their `{"\u006e":5}` is read as a field named `\`, not `n`.

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Tool schemas nest to some tens. */
export const JSON_DEPTH_MAX = 128;
/**
 * What a parser is slow at is not bytes but keys, and keys it has not met before most of all: 32 MiB of them hold a thread, and all
 * that runs in it, for seconds. Within these a body is read in some tens of milliseconds; the largest real ones stay far below.
 */
export const KEYS_OF_OBJECT_MAX = 4_096;
export const KEYS_MAX = 100_000;
export const VALUES_MAX = 500_000;
const SHOWN_CHARS_MAX = 60;

/**
 * Looks for keys that stand twice in one object or hide their letters, for absurd nesting and for absurd numbers of keys and values. Does not check the
 * grammar: JSON.parse does.
 * At the top, keys that differ only by case are twice the same, as some readers fold case.
 */
export function scanJson(bytes: Buffer): Refusal | undefined {
  /** Keys of each open object; undefined for an array. Reused from object to object. */
  const open: (string[] | undefined)[] = [];
  let expectKey = false;
  let keysSeen = 0;
  let valuesSeen = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) {
      const end = endOfString(bytes, at);
      if (end < 0) return undefined;
      const keys = open.at(-1);
      if (expectKey && keys !== undefined) {
        if (hidesLetters(bytes, at, end)) return hidden(bytes, at, end);
        const key = readKey(bytes, at, end, open.length === 1);
        if (hasKey(keys, key)) return twice(key);
        if (keys.push(key) > KEYS_OF_OBJECT_MAX) return tooMany('fields in one object', KEYS_OF_OBJECT_MAX);
        if (++keysSeen > KEYS_MAX) return tooMany('fields', KEYS_MAX);
      }
      expectKey = false;
      at = end;
    } else if (byte === 0x7b || byte === 0x5b) {
      if (open.length === JSON_DEPTH_MAX) {
        return refuse(
          400,
          'nesting_too_deep',
          `The JSON body is nested deeper than ${JSON_DEPTH_MAX} levels.`,
        );
      }
      if (++valuesSeen > VALUES_MAX) return tooMany('values', VALUES_MAX);
      open.push(byte === 0x7b ? [] : undefined);
      expectKey = byte === 0x7b;
    } else if (byte === 0x7d || byte === 0x5d) {
      open.pop();
      expectKey = false;
    } else if (byte === 0x2c) {
      if (++valuesSeen > VALUES_MAX) return tooMany('values', VALUES_MAX);
      expectKey = open.at(-1) !== undefined;
    }
  }
  return undefined;
}

/** A list while it is short, as most are; the search is then faster than a set's hashing. */
function hasKey(keys: string[] & { seen?: Set<string> }, key: string): boolean {
  if (keys.length < 16) return keys.includes(key);
  keys.seen ??= new Set(keys);
  if (keys.seen.has(key)) return true;
  keys.seen.add(key);
  return false;
}

function tooMany(what: string, most: number): Refusal {
  return refuse(400, 'too_complex', `The JSON body has more than ${most} ${what}.`);
}

function twice(key: string): Refusal {
  const shown = key.slice(0, SHOWN_CHARS_MAX);
  return refuse(
    400,
    'duplicate_field',
    `The field '${shown}' stands twice in one object; send it once.`,
    shown,
  );
}

const ESCAPE = /\\(?:u([0-9a-f]{4})|[^])/gi;

/**
 * Whether escapes spell what needs none: a letter, a digit or `_`, or a sign that some readers take for one. No writer of JSON does that, and
 * every field that anything here or upstream acts on is of these, so none of them can be misread.
 */
function hidesLetters(bytes: Buffer, quote: number, end: number): boolean {
  if (!bytes.subarray(quote, end).includes(BACKSLASH)) return false;
  return [...bytes.toString('utf8', quote + 1, end).matchAll(ESCAPE)].some(
    ([, code]) => code !== undefined && /^\w$/.test(foldCase(String.fromCharCode(Number.parseInt(code, 16)))),
  );
}

function hidden(bytes: Buffer, quote: number, end: number): Refusal {
  const shown = bytes.toString('utf8', quote + 1, end).slice(0, SHOWN_CHARS_MAX);
  const message = `The field '${shown}' spells letters with escapes; write them as they are.`;
  return refuse(400, 'escaped_field', message, shown);
}

/** The key between two quotes; with `top`, without regard to case. */
export function readKey(bytes: Buffer, quote: number, end: number, top: boolean): string {
  let key = bytes.toString('utf8', quote + 1, end);
  if (key.includes('\\')) {
    try {
      key = JSON.parse(`"${key}"`) as string;
    } catch {
      // Not JSON; the parser will say so.
    }
  }
  return top ? foldCase(key) : key;
}

/** Down, up and down again, so that signs with a folding outside ASCII (the Kelvin sign, the long s) meet their letter. */
export function foldCase(key: string): string {
  return key.toLowerCase().toUpperCase().toLowerCase();
}

/** Most strings are shorter than what a call out of JavaScript costs. */
const SHORT_STRING_BYTES = 48;

/** Where the string that opens at `quote` closes, or -1. */
export function endOfString(bytes: Buffer, quote: number): number {
  const near = Math.min(bytes.length, quote + SHORT_STRING_BYTES);
  for (let at = quote + 1; at < near; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) break;
  }
  for (let at = bytes.indexOf(QUOTE, quote + 1); at >= 0; at = bytes.indexOf(QUOTE, at + 1)) {
    let slashes = 0;
    while (bytes[at - 1 - slashes] === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return at;
  }
  return -1;
}
