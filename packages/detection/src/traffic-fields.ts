import { DetectionError } from './detection-error.ts';
import { asObject, flattenContent } from './read-dialogue.ts';

// Fields of a line of traffic: null where missing or null, refused by name where they are something else than they should
// be. Refusals quote nothing of the line: it holds what callers wrote.

export type Fields = Readonly<Record<string, unknown>>;

type NumberRange = { readonly min: number; readonly max: number; readonly whole?: true; readonly is: string };

/** The end of the year 9999; a time in milliseconds lies beyond. */
export const TIME_SECONDS_MAX = 253_402_300_799;
export const seconds: NumberRange = {
  min: 0,
  max: TIME_SECONDS_MAX,
  is: 'a number of Unix seconds (not milliseconds, not a text)',
};
export const counted: NumberRange = {
  min: 0,
  max: Number.MAX_SAFE_INTEGER,
  whole: true,
  is: 'a whole number from 0',
};
/** Some callers ask for an endless answer by -1. */
export const countedOrEndless: NumberRange = { ...counted, min: -1, is: 'a whole number' };
export const networkNumber: NumberRange = {
  min: 0,
  max: 0xffff_ffff,
  whole: true,
  is: 'a whole number below 4294967296',
};
export const anyNumber: NumberRange = {
  min: -Number.MAX_VALUE,
  max: Number.MAX_VALUE,
  is: 'a finite number',
};

export function refuse(sentence: string): DetectionError {
  return new DetectionError('bad_line', sentence);
}

export function readNumber(fields: Fields, name: string, range: NumberRange): number | null {
  const value = fields[name];
  if (value === undefined || value === null) return null;
  const fits =
    typeof value === 'number' &&
    value >= range.min &&
    value <= range.max &&
    (range.whole === undefined || Number.isInteger(value));
  if (!fits) throw refuse(`${name} is not ${range.is}`);
  // Without the sign of -0, which JSON would lose again.
  return value + 0;
}

/** A name or an address: it is compared whole, so one that is too long is refused and not cut. */
export function readName(fields: Fields, name: string, charsMax: number): string | null {
  const value = fields[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw refuse(`${name} is not a text`);
  if (value.length > charsMax) throw refuse(`${name} has more than ${charsMax} characters`);
  return value;
}

/** What somebody or a model wrote: a text or content parts; a long one is cut. */
export function readText(fields: Fields, name: string): string | null {
  const value = fields[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string' && !Array.isArray(value))
    throw refuse(`${name} is neither a text nor a list of content parts`);
  return flattenContent(value);
}

export function readYes(fields: Fields, name: string): boolean | null {
  const value = fields[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'boolean') throw refuse(`${name} is neither true nor false`);
  return value;
}

export function readObject(fields: Fields, name: string): Fields | null {
  const value = fields[name];
  if (value === undefined || value === null) return null;
  const object = asObject(value);
  if (object === undefined) throw refuse(`${name} is not an object`);
  return object;
}
