// A reader of JSON text that keeps what JSON.parse drops: how each member is spelt, and the first of two equal names. It is
// slow and simple, and shares nothing with the gate.

type Reader = { readonly text: string; readonly keeps: 'first' | 'last'; at: number };

const STRING = /"(?:[^"\\]|\\.)*"/y;
const SCALAR = /[^\s,\]}]+/y;

/** A member of an object as it stands in the text. */
export type Member = { readonly name: string; readonly value: string };

/** The members of the top object, repeated names too. The text must be what JSON.parse takes, and an object. */
export function readMembers(text: string): Member[] {
  const reader: Reader = { text, keeps: 'last', at: 0 };
  skipSpace(reader);
  const members: Member[] = [];
  eachMember(reader, (name) => {
    const from = reader.at;
    readValue(reader);
    members.push({ name, value: text.slice(from, reader.at) });
  });
  return members;
}

/** The value as a reader sees it that takes the first of two equal names, in every object. */
export function readFirstWins(text: string): unknown {
  return readValue({ text, keeps: 'first', at: 0 });
}

/**
 * The value as JSON.parse should see it. V8 13.6 takes a name with an escape for another one at times (gate/scan-json.ts), and what it does hangs on
 * what was parsed before, so no finding of it could be repeated; single strings it reads right.
 */
export function readLastWins(text: string): unknown {
  return readValue({ text, keeps: 'last', at: 0 });
}

function readValue(reader: Reader): unknown {
  skipSpace(reader);
  const sign = reader.text[reader.at];
  if (sign === '{') {
    const object = new Map<string, unknown>();
    eachMember(reader, (name) => {
      const value = readValue(reader);
      if (reader.keeps === 'last' || !object.has(name)) object.set(name, value);
    });
    // `fromEntries` makes `__proto__` a name like any other, as JSON.parse does.
    return Object.fromEntries(object);
  }
  if (sign === '[') {
    const list: unknown[] = [];
    eachItem(reader, ']', () => list.push(readValue(reader)));
    return list;
  }
  return JSON.parse(take(reader, sign === '"' ? STRING : SCALAR));
}

function eachMember(reader: Reader, member: (name: string) => void): void {
  eachItem(reader, '}', () => {
    const name = JSON.parse(take(reader, STRING)) as string;
    skipSpace(reader);
    reader.at++;
    skipSpace(reader);
    member(name);
  });
}

function eachItem(reader: Reader, close: string, item: () => void): void {
  reader.at++;
  skipSpace(reader);
  while (reader.text[reader.at] !== close) {
    item();
    skipSpace(reader);
    if (reader.text[reader.at] === ',') reader.at++;
    skipSpace(reader);
  }
  reader.at++;
}

function take(reader: Reader, pattern: RegExp): string {
  pattern.lastIndex = reader.at;
  const token = pattern.exec(reader.text)?.[0];
  if (token === undefined) throw new Error(`the oracle can not read on at ${reader.at}`);
  reader.at += token.length;
  return token;
}

function skipSpace(reader: Reader): void {
  while (' \t\n\r'.includes(reader.text[reader.at] ?? 'x')) reader.at++;
}
