import { RecordError } from '../record-error.ts';
import { spellString } from '../spell-string.ts';

// A few combinators that say what an entry holds; they check it, spell it and give TypeScript its type. An entry is checked and spelt in one walk,
// as each of them is, several times an exchange.

/**
 * Checks a value and gives its canonical JSON (RFC 8785). Throws RecordError `bad-entry` naming the path, which is put together only then.
 * `optional` fields may be left out.
 */
export type Shape<T> = {
  readonly spell: (value: unknown, parent: string, name: string) => string;
  readonly optional?: true;
  /** For the compiler only: the type that a value has once it was checked. */
  readonly type?: T;
};
export type Fields = { readonly [field: string]: Shape<unknown> };

type OptionalKeys<F extends Fields> = {
  [K in keyof F]: F[K] extends { optional: true } ? K : never;
}[keyof F];
type Value<S> = S extends Shape<infer T> ? T : never;
type Flat<T> = { [K in keyof T]: T[K] };
/** The type that a set of fields describes. */
export type Infer<F extends Fields> = Flat<
  { readonly [K in Exclude<keyof F, OptionalKeys<F>>]: Value<F[K]> } & {
    readonly [K in OptionalKeys<F>]?: Value<F[K]>;
  }
>;

function join(parent: string, name: string): string {
  return parent === '' ? name : `${parent}.${name}`;
}

function refuse(parent: string, name: string, need: string): never {
  throw new RecordError('bad-entry', `${join(parent, name)} must be ${need}.`);
}

/**
 * Text of at most `charsMax` UTF-16 units, well-formed, matching `pattern` where one is given.
 * @param pattern for printable ASCII without quote and backslash only, which needs no escape
 */
export function text(charsMax: number, pattern?: RegExp): Shape<string> {
  return {
    spell(value, parent, name) {
      if (typeof value !== 'string' || value.length > charsMax || !value.isWellFormed())
        refuse(parent, name, `text of at most ${charsMax} characters`);
      if (pattern === undefined) return spellString(value);
      if (!pattern.test(value)) refuse(parent, name, `text like ${pattern.source}`);
      return `"${value}"`;
    },
  };
}

const TIME = text(24, /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3])(:[0-5]\d){2}\.\d{3}Z$/);

/** A time in UTC with milliseconds, as `Date.toISOString` spells it; 30 February is none. */
export function timeText(): Shape<string> {
  return {
    spell(value, parent, name) {
      const spelled = TIME.spell(value, parent, name);
      const given = value as string;
      // Every month has 28 days.
      if (given.slice(8, 10) > '28' && !isDay(given.slice(0, 10))) refuse(parent, name, 'a time that exists');
      return spelled;
    },
  };
}

function isDay(day: string): boolean {
  const timeMs = Date.parse(day);
  return !Number.isNaN(timeMs) && new Date(timeMs).toISOString().startsWith(day);
}

/** A whole number from `min` to `max`. */
export function integer(min = 0, max = Number.MAX_SAFE_INTEGER): Shape<number> {
  return {
    spell(value, parent, name) {
      if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max)
        refuse(parent, name, `a whole number from ${min} to ${max}`);
      return String(value);
    },
  };
}

/** A finite number. */
export function number(): Shape<number> {
  return {
    spell(value, parent, name) {
      if (typeof value !== 'number' || !Number.isFinite(value)) refuse(parent, name, 'a finite number');
      return String(value);
    },
  };
}

export function boolean(): Shape<boolean> {
  return {
    spell(value, parent, name) {
      if (typeof value !== 'boolean') refuse(parent, name, 'true or false');
      return value ? 'true' : 'false';
    },
  };
}

/** One of a closed set of words. */
export function oneOf<const T extends string>(...words: readonly T[]): Shape<T> {
  return {
    spell(value, parent, name) {
      if (!words.includes(value as T)) refuse(parent, name, `one of ${words.join(', ')}`);
      return spellString(value as T);
    },
  };
}

export function list<T>(item: Shape<T>, countMax: number): Shape<readonly T[]> {
  return {
    spell(value, parent, name) {
      if (!Array.isArray(value) || value.length > countMax)
        refuse(parent, name, `a list of at most ${countMax}`);
      const path = join(parent, name);
      return `[${(value as unknown[]).map((each, i) => item.spell(each, '', `${path}[${i}]`)).join(',')}]`;
    },
  };
}

/** An object with free keys (matching `keys`, which is for printable ASCII as in {@link text}) and uniform values. */
export function record<T>(
  keys: RegExp,
  item: Shape<T>,
  countMax: number,
): Shape<Readonly<Record<string, T>>> {
  return {
    spell(value, parent, name) {
      const given = plainObject(value, parent, name);
      const path = join(parent, name);
      const names = Object.keys(given).sort();
      if (names.length > countMax) refuse(parent, name, `an object of at most ${countMax} fields`);
      let spelled = '';
      for (const key of names) {
        if (!keys.test(key)) refuse(path, key.slice(0, 40), `named like ${keys.source}`);
        spelled += `${spelled === '' ? '' : ','}"${key}":${item.spell(given[key], path, key)}`;
      }
      return `{${spelled}}`;
    },
  };
}

/** An object with exactly these fields; one that is not named here is refused. */
export function object<F extends Fields>(fields: F): Shape<Infer<F>> {
  // The default sort compares UTF-16 code units, which is the order of RFC 8785, section 3.2.3.
  const members = Object.keys(fields)
    .sort()
    .map((name) => ({ name, shape: fields[name] as Shape<unknown>, lead: `${spellString(name)}:` }));
  return {
    spell(value, parent, name) {
      const given = plainObject(value, parent, name);
      const path = join(parent, name);
      let spelled = '{';
      let spelt = 0;
      for (const member of members) {
        const each = given[member.name];
        if (each === undefined && member.shape.optional) continue;
        spelled += (spelt++ === 0 ? '' : ',') + member.lead + member.shape.spell(each, path, member.name);
      }
      if (Object.keys(given).length !== spelt) refuseUnknown(fields, given, path);
      return `${spelled}}`;
    },
  };
}

/** Also an optional field that is there without a value: JSON has none for it. */
function refuseUnknown(fields: Fields, given: Readonly<Record<string, unknown>>, path: string): never {
  const field = Object.keys(given).find((each) => !Object.hasOwn(fields, each) || given[each] === undefined);
  throw new RecordError('bad-entry', `${join(path, (field ?? '').slice(0, 40))} is not known.`);
}

export function optional<T>(shape: Shape<T>): Shape<T> & { readonly optional: true } {
  return { spell: shape.spell, optional: true };
}

export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return {
    spell: (value, parent, name) => (value === null ? 'null' : shape.spell(value, parent, name)),
  };
}

function plainObject(value: unknown, parent: string, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(parent, name, 'an object');
  return value as Record<string, unknown>;
}
