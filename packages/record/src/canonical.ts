import { utf8 } from './bytes.ts';
import { RecordError } from './record-error.ts';
import { spellString } from './spell-string.ts';

/** What RFC 8785 can spell. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const DEPTH_MAX = 16;

/**
 * Canonical JSON (RFC 8785): keys sorted by UTF-16 code units, no white space, ECMAScript spelling of numbers and strings.
 * Lone surrogates, non-finite numbers, undefined and nesting beyond 16 levels are refused, so that every value has one spelling.
 * @throws RecordError `bad-canonical`
 */
export function canonicalText(value: Json): string {
  return spell(value, 0);
}

/** The UTF-8 bytes of {@link canonicalText}. */
export function canonicalBytes(value: Json): Uint8Array {
  return utf8(canonicalText(value));
}

function spell(value: Json, depth: number): string {
  switch (typeof value) {
    case 'string':
      return spellString(value);
    case 'number':
      if (!Number.isFinite(value)) throw new RecordError('bad-canonical', 'A number must be finite.');
      // The spelling of ECMAScript, which is that of RFC 8785, section 3.2.2.3; minus zero is 0 there, too.
      return String(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      if (depth >= DEPTH_MAX)
        throw new RecordError('bad-canonical', `A value nests deeper than ${DEPTH_MAX}.`);
      return Array.isArray(value)
        ? spellArray(value, depth)
        : spellObject(value as Record<string, Json>, depth);
    default:
      throw new RecordError('bad-canonical', `A ${typeof value} has no canonical form.`);
  }
}

function spellArray(items: readonly Json[], depth: number): string {
  return `[${items.map((item) => spell(item, depth + 1)).join(',')}]`;
}

function spellObject(object: Readonly<Record<string, Json>>, depth: number): string {
  let text = '{';
  // The default sort compares UTF-16 code units, which is the order of RFC 8785, section 3.2.3.
  for (const key of Object.keys(object).sort()) {
    if (text.length > 1) text += ',';
    text += `${spellString(key)}:${spell(object[key] as Json, depth + 1)}`;
  }
  return `${text}}`;
}
