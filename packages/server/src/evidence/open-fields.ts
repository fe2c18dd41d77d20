import {
  base64,
  commit,
  deriveSalt,
  type Entry,
  equalBytes,
  fromBase64,
  type Json,
  sha256,
} from '@portcullis/record';
import type { KeptContent } from './evidence-ports.ts';

/** A line of `disclosed.jsonl`. */
export type DisclosedField = { readonly [key: string]: Json };

/** Content above this is left out of its line, so that a line stays below what a verifier reads (48 MiB); its digest still opens. */
const CONTENT_BYTES_MAX = 33 * 1024 * 1024;

/**
 * Opens the fields of an entry: the salt, and the value that the commitment covers. A field `…_sha256` has the digest of the part as its
 * value; any other has the part itself.
 * @returns the fields that open, and those that do not because what is kept is not the whole of what was committed to
 */
export function openFields(
  index: number,
  entry: Entry,
  content: KeptContent,
): { opened: DisclosedField[]; incomplete: string[] } {
  const commitments = 'commitments' in entry ? entry.commitments : {};
  const opened: DisclosedField[] = [];
  const incomplete: string[] = [];
  for (const [field, committed] of Object.entries(commitments)) {
    const line = openField(index, entry.type, field, fromBase64(committed), content);
    if (line === undefined) incomplete.push(field);
    else opened.push(line);
  }
  return { opened, incomplete };
}

function openField(
  index: number,
  type: string,
  field: string,
  committed: Uint8Array,
  { seed, parts }: KeptContent,
): DisclosedField | undefined {
  const isDigest = field.endsWith('_sha256');
  const part = parts[isDigest ? field.slice(0, -'_sha256'.length) : field];
  if (part === undefined) return undefined;
  const salt = deriveSalt(seed, field);
  const value = isDigest ? sha256(part) : part;
  // What is kept of a long answer is only its beginning; then the digest is another one.
  if (!equalBytes(commit(`${type}/${field}`, salt, value), committed)) return undefined;
  const content = isDigest && part.length > CONTENT_BYTES_MAX ? null : base64(part);
  return { content, field, index, salt: base64(salt), value: base64(value) };
}
