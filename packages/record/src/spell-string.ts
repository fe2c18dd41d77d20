import { RecordError } from './record-error.ts';

/** Printable ASCII without the quote and the backslash: such text needs no escape, and most of what is written here is such. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** Canonical JSON of a string. @throws RecordError `bad-canonical` */
export function spellString(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new RecordError('bad-canonical', 'A string has a lone surrogate.');
  return JSON.stringify(text);
}
