import { endOfString, readKey } from './scan-json.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;

/**
 * Edits members at the top of a JSON object and leaves every other byte as it came: parsing and writing anew would round numbers
 * of 64 bits and change spellings that only the upstream should judge.
 * @param bytes a valid JSON object that has no key twice
 * @param edits by name: null cuts the member out, a text stands in the place of its value
 */
export function editMembers(bytes: Buffer, edits: ReadonlyMap<string, string | null>): Buffer {
  const start = bytes.indexOf(OPEN_OBJECT) + 1;
  const kept: Buffer[] = [];
  let depth = 1;
  let from = start;
  let name: string | undefined;
  let at = start;
  const endMember = (): void => {
    const edit = name === undefined ? undefined : edits.get(name);
    if (edit === undefined) kept.push(bytes.subarray(from, at));
    else if (edit !== null) kept.push(Buffer.from(`${JSON.stringify(name)}:${edit}`));
  };
  for (; depth > 0; at++) {
    const byte = bytes[at];
    if (byte === undefined) throw new RangeError('not a whole JSON object');
    if (byte === QUOTE) {
      const end = endOfString(bytes, at);
      if (end < 0) throw new RangeError('not a whole JSON object');
      name ??= readKey(bytes, at, end, false);
      at = end;
    } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth++;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      if (--depth === 0) endMember();
    } else if (byte === COMMA && depth === 1) {
      endMember();
      from = at + 1;
      name = undefined;
    }
  }
  return Buffer.concat([
    bytes.subarray(0, start),
    ...kept.flatMap((member, i) => (i === 0 ? [member] : [SEPARATOR, member])),
    bytes.subarray(at - 1),
  ]);
}

const SEPARATOR = Buffer.from(',');
