import type { Json, JsonObject } from './strict-json.ts';
import { refuse } from './verify-error.ts';

// Reads fields of values that may hold anything; what is not as it must be is refused by name.

export function asObject(value: Json | undefined, what: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refuse(`${what} must be an object.`);
  return value as JsonObject;
}

export function asList(value: Json | undefined, what: string): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : refuse(`${what} must be a list.`);
}

export function asText(value: Json | undefined, what: string): string {
  return typeof value === 'string' ? value : refuse(`${what} must be text.`);
}

/** Text with at least one letter or digit, so that it can say something. */
export function asWords(value: Json | undefined, what: string): string {
  const text = asText(value, what);
  return /[\p{L}\p{N}]/u.test(text) ? text : refuse(`${what} says nothing.`);
}

export function asTextList(value: Json | undefined, what: string): string[] {
  return asList(value, what).map((item) => asText(item, `an item of ${what}`));
}

/** A whole number from 0 to 2^53-1. */
export function asIndex(value: Json | undefined, what: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    return refuse(`${what} must be a whole number.`);
  return value;
}

export function asIndexList(value: Json | undefined, what: string): number[] {
  return asList(value, what).map((item) => asIndex(item, `an item of ${what}`));
}

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** RFC 3339, UTC, milliseconds, and a time that exists. */
export function asTime(value: Json | undefined, what: string): string {
  const text = asText(value, what);
  const ms = TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms) || new Date(ms).toISOString() !== text)
    return refuse(`${what} is not a time in UTC with milliseconds.`);
  return text;
}

/** An object with these fields and no other. */
export function asExactly(value: Json | undefined, fields: readonly string[], what: string): JsonObject {
  const object = asObject(value, what);
  for (const field of fields) if (!(field in object)) refuse(`${what} lacks the field ${field}.`);
  if (Object.keys(object).length !== fields.length) refuse(`${what} has a field that is not known.`);
  return object;
}

/** Equality of two JSON values. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => key in b && sameJson((a as JsonObject)[key], (b as JsonObject)[key]));
}
