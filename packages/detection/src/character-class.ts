export const separator = 0;
export const letter = 1;
export const digit = 2;
/** Scripts written without spaces: every character is a token of its own, so that shingles become character n-grams. */
export const ideograph = 3;
/** Zero-width and soft characters, which would otherwise make equal text look different. */
export const ignorable = 4;

const ranges: readonly (readonly [from: number, to: number, kind: number])[] = [
  [0x00, 0x7f, separator],
  [0x30, 0x39, digit],
  [0x61, 0x7a, letter],
  [0x41, 0x5a, letter],
  [0x80, 0xbf, separator],
  [0xad, 0xad, ignorable],
  [0xc0, 0x1fff, letter],
  [0xd7, 0xd7, separator],
  [0xf7, 0xf7, separator],
  [0x0660, 0x0669, digit],
  [0x0966, 0x096f, digit],
  [0x0e00, 0x0e7f, ideograph],
  [0x2000, 0x2bff, separator],
  [0x200b, 0x200f, ignorable],
  [0x2060, 0x2064, ignorable],
  [0x2c00, 0x2e7f, letter],
  [0x2e80, 0xa4cf, ideograph],
  [0x3000, 0x303f, separator],
  [0xa4d0, 0xabff, letter],
  [0xac00, 0xd7af, ideograph],
  [0xd7b0, 0xf8ff, letter],
  [0xf900, 0xfaff, ideograph],
  [0xfb00, 0xffff, letter],
  [0xfe00, 0xfe0f, ignorable],
  [0xfe10, 0xfe6f, separator],
  [0xfeff, 0xfeff, ignorable],
  [0xff00, 0xff0f, separator],
];

/** The class of each UTF-16 unit; later ranges override earlier ones. Coarse on purpose: it only has to be the same each time. */
export const characterClass: Uint8Array = buildTable();

function buildTable(): Uint8Array {
  const table = new Uint8Array(65536);
  for (const [from, to, kind] of ranges) table.fill(kind, from, to + 1);
  return table;
}
