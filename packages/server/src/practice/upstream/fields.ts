import { isObject, type JsonObject } from './json.ts';
import { PracticeRefusal } from './refusal.ts';

/** A 400 that names the field at fault. */
export function wrongField(name: string, expected: string): PracticeRefusal {
  return new PracticeRefusal(
    400,
    'invalid_value',
    `Invalid value for '${name}': expected ${expected}.`,
    name,
  );
}

export function readText(body: JsonObject, name: string): string {
  const value = body[name];
  if (typeof value !== 'string' || value === '') throw wrongField(name, 'a string that is not empty');
  return value;
}

export function readFlag(body: JsonObject, name: string): boolean {
  const value = body[name] ?? false;
  if (typeof value !== 'boolean') throw wrongField(name, 'true or false');
  return value;
}

export function readInteger(body: JsonObject, name: string, min: number, max: number): number | undefined {
  const value = body[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    throw wrongField(name, `an integer from ${min} to ${max}`);
  }
  return value;
}

export function readList(body: JsonObject, name: string): readonly unknown[] {
  const value = body[name] ?? [];
  if (!Array.isArray(value)) throw wrongField(name, 'an array');
  return value;
}

export function readObject(body: JsonObject, name: string): JsonObject {
  const value = body[name] ?? {};
  if (!isObject(value)) throw wrongField(name, 'an object');
  return value;
}

/** A stop field: one string or a list of at most `max`. */
export function readStops(body: JsonObject, name: string, max: number): readonly string[] {
  const value = body[name] ?? [];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length > max) throw wrongField(name, `at most ${max} sequences`);
  return list.map((stop) => {
    if (typeof stop !== 'string' || stop === '') throw wrongField(name, 'strings that are not empty');
    return stop;
  });
}
