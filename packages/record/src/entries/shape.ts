import { RecordError } from '../record-error.ts';

// A few combinators that say what an entry holds; they check it and give TypeScript its type.

/** Checks a value; throws RecordError `bad-entry` naming the path. `optional` fields may be left out. */
export type Shape<T> = { readonly check: (value: unknown, path: string) => T; readonly optional?: true };
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

function refuse(path: string, need: string): never {
  throw new RecordError('bad-entry', `${path} must be ${need}.`);
}

/** Text of at most `charsMax` UTF-16 units, well-formed, matching `pattern` where one is given. */
export function text(charsMax: number, pattern?: RegExp): Shape<string> {
  return {
    check(value, path) {
      if (typeof value !== 'string' || value.length > charsMax || !value.isWellFormed())
        refuse(path, `text of at most ${charsMax} characters`);
      if (pattern !== undefined && !pattern.test(value as string))
        refuse(path, `text like ${pattern.source}`);
      return value as string;
    },
  };
}

const TIME = text(24, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);

/** A time in UTC with milliseconds, as `Date.toISOString` spells it; 30 February is none. */
export function timeText(): Shape<string> {
  return {
    check(value, path) {
      const given = TIME.check(value, path);
      const timeMs = Date.parse(given);
      if (Number.isNaN(timeMs) || new Date(timeMs).toISOString() !== given)
        refuse(path, 'a time that exists');
      return given;
    },
  };
}

/** A whole number from `min` to `max`. */
export function integer(min = 0, max = Number.MAX_SAFE_INTEGER): Shape<number> {
  return {
    check(value, path) {
      if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max)
        refuse(path, `a whole number from ${min} to ${max}`);
      return value as number;
    },
  };
}

/** A finite number. */
export function number(): Shape<number> {
  return {
    check(value, path) {
      if (typeof value !== 'number' || !Number.isFinite(value)) refuse(path, 'a finite number');
      return value as number;
    },
  };
}

export function boolean(): Shape<boolean> {
  return {
    check(value, path) {
      if (typeof value !== 'boolean') refuse(path, 'true or false');
      return value as boolean;
    },
  };
}

/** One of a closed set of words. */
export function oneOf<const T extends string>(...words: readonly T[]): Shape<T> {
  return {
    check(value, path) {
      if (!words.includes(value as T)) refuse(path, `one of ${words.join(', ')}`);
      return value as T;
    },
  };
}

export function list<T>(item: Shape<T>, countMax: number): Shape<readonly T[]> {
  return {
    check(value, path) {
      if (!Array.isArray(value) || value.length > countMax) refuse(path, `a list of at most ${countMax}`);
      return (value as unknown[]).map((each, i) => item.check(each, `${path}[${i}]`));
    },
  };
}

/** An object with free keys (matching `keys`) and uniform values. */
export function record<T>(
  keys: RegExp,
  item: Shape<T>,
  countMax: number,
): Shape<Readonly<Record<string, T>>> {
  return {
    check(value, path) {
      const entries = Object.entries(plainObject(value, path));
      if (entries.length > countMax) refuse(path, `an object of at most ${countMax} fields`);
      for (const [key, each] of entries) {
        if (!keys.test(key)) refuse(`${path}.${key.slice(0, 40)}`, `named like ${keys.source}`);
        item.check(each, `${path}.${key}`);
      }
      return value as Record<string, T>;
    },
  };
}

/** An object with exactly these fields; one that is not named here is refused. */
export function object<F extends Fields>(fields: F): Shape<Infer<F>> {
  const shapes = Object.entries(fields);
  return {
    check(value, path) {
      const given = plainObject(value, path);
      for (const field of Object.keys(given)) {
        if (!Object.hasOwn(fields, field))
          throw new RecordError('bad-entry', `${path}.${field.slice(0, 40)} is not known.`);
      }
      for (const [field, shape] of shapes) {
        if (given[field] === undefined && shape.optional) continue;
        shape.check(given[field], `${path}.${field}`);
      }
      return given as Infer<F>;
    },
  };
}

export function optional<T>(shape: Shape<T>): Shape<T> & { readonly optional: true } {
  return { check: shape.check, optional: true };
}

export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return { check: (value, path) => (value === null ? null : shape.check(value, path)) };
}

function plainObject(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(path, 'an object');
  return value as Record<string, unknown>;
}
