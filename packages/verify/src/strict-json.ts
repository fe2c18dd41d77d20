import { JSON_BYTES_MAX, JSON_DEPTH_MAX } from './limits.ts';
import { textOf } from './octets.ts';
import { quote, refuse } from './verify-error.ts';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

// A JSON reader that knows where it is. In canonical mode (RFC 8785) it takes the one spelling only: no white space, keys in
// strictly ascending UTF-16 order, shortest escapes, ECMAScript numbers. In both modes a key that stands twice is refused.

type Reader = { readonly text: string; readonly canonical: boolean; readonly what: string; at: number };

/** Reads canonical JSON. Whatever it does not accept is refused with the place. Objects have no prototype. */
export function readCanonical(bytes: Uint8Array, what: string): Json {
  return readWhole(bytes, what, true);
}

/** Reads JSON that need not be canonical. */
export function readJson(bytes: Uint8Array, what: string): Json {
  return readWhole(bytes, what, false);
}

function readWhole(bytes: Uint8Array, what: string, canonical: boolean): Json {
  if (bytes.length > JSON_BYTES_MAX) refuse(`${what} is larger than ${JSON_BYTES_MAX} bytes.`);
  const reader: Reader = { text: textOf(bytes, what), canonical, what, at: 0 };
  const value = readValue(reader, 0);
  skipSpace(reader);
  if (reader.at !== reader.text.length) wrong(reader, 'something stands after its end');
  return value;
}

function wrong(reader: Reader, why: string): never {
  const form = reader.canonical ? 'canonical JSON' : 'JSON';
  return refuse(`${reader.what} is not ${form}: ${why} (at character ${reader.at}).`);
}

function skipSpace(reader: Reader): void {
  if (reader.canonical) return;
  while (' \t\n\r'.includes(reader.text[reader.at] ?? 'x')) reader.at += 1;
}

function readValue(reader: Reader, depth: number): Json {
  if (depth > JSON_DEPTH_MAX) wrong(reader, `it nests deeper than ${JSON_DEPTH_MAX}`);
  skipSpace(reader);
  switch (reader.text[reader.at]) {
    case '{':
      return readObject(reader, depth);
    case '[':
      return readArray(reader, depth);
    case '"':
      return readString(reader);
    case 't':
      return readWord(reader, 'true', true);
    case 'f':
      return readWord(reader, 'false', false);
    case 'n':
      return readWord(reader, 'null', null);
    default:
      return readNumber(reader);
  }
}

function readWord<T extends Json>(reader: Reader, word: string, value: T): T {
  if (!reader.text.startsWith(word, reader.at)) wrong(reader, 'an unknown word');
  reader.at += word.length;
  return value;
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

function readNumber(reader: Reader): number {
  NUMBER.lastIndex = reader.at;
  const token = NUMBER.exec(reader.text)?.[0];
  if (token === undefined) return wrong(reader, 'no value');
  const value = Number(token);
  if (!Number.isFinite(value)) wrong(reader, 'a number is too large');
  // RFC 8785, section 3.2.2.3: a number is spelled as ECMAScript spells it; -0 is 0.
  if (reader.canonical && `${value === 0 ? 0 : value}` !== token)
    wrong(reader, `the number ${quote(token)} has another spelling`);
  reader.at += token.length;
  return value;
}

function readString(reader: Reader): string {
  const start = reader.at;
  let end = start + 1;
  for (; reader.text[end] !== '"'; end++) {
    if (end >= reader.text.length) wrong(reader, 'a string does not end');
    if (reader.text[end] === '\\') end += 1;
  }
  const token = reader.text.slice(start, end + 1);
  let value: string;
  try {
    value = JSON.parse(token) as string;
  } catch {
    return wrong(reader, 'a string is malformed');
  }
  if (/\p{Surrogate}/u.test(value)) wrong(reader, 'a string has a lone surrogate');
  if (reader.canonical && JSON.stringify(value) !== token) wrong(reader, 'a string has another spelling');
  reader.at = end + 1;
  return value;
}

function readArray(reader: Reader, depth: number): readonly Json[] {
  const items: Json[] = [];
  reader.at += 1;
  skipSpace(reader);
  if (reader.text[reader.at] === ']') {
    reader.at += 1;
    return items;
  }
  for (;;) {
    items.push(readValue(reader, depth + 1));
    if (readSeparator(reader, ']')) return items;
  }
}

function readObject(reader: Reader, depth: number): JsonObject {
  const object = Object.create(null) as Record<string, Json>;
  let before: string | undefined;
  reader.at += 1;
  skipSpace(reader);
  if (reader.text[reader.at] === '}') {
    reader.at += 1;
    return object;
  }
  for (;;) {
    skipSpace(reader);
    if (reader.text[reader.at] !== '"') wrong(reader, 'a key is missing');
    const key = readString(reader);
    if (key in object) wrong(reader, `the key ${quote(key)} stands twice`);
    if (reader.canonical && before !== undefined && !(before < key))
      wrong(reader, `the key ${quote(key)} is out of order`);
    before = key;
    skipSpace(reader);
    if (reader.text[reader.at] !== ':') wrong(reader, 'a colon is missing');
    reader.at += 1;
    object[key] = readValue(reader, depth + 1);
    if (readSeparator(reader, '}')) return object;
  }
}

/** Steps over a comma (false) or the closing sign (true). */
function readSeparator(reader: Reader, close: string): boolean {
  skipSpace(reader);
  const sign = reader.text[reader.at];
  if (sign !== ',' && sign !== close) wrong(reader, 'a comma is missing');
  reader.at += 1;
  return sign === close;
}
