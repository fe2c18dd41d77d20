import { Buffer } from 'node:buffer';

// Typed arrays as base64 for snapshots. Zeros at the end are left out: most of what is kept of an account with few exchanges is zeros.

type Numbers = Float64Array | Float32Array | Uint32Array;

/** Little-endian, as on every machine that Node runs on. */
export function spellNumbers(numbers: Numbers): string {
  const bytes = Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return bytes.toString('base64', 0, end);
}

/** Fills `into`, whose length is known, with what {@link spellNumbers} gave. @returns `into` */
export function readNumbers<Into extends Numbers>(text: string, into: Into): Into {
  const bytes = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
  bytes.fill(0);
  bytes.set(Buffer.from(text, 'base64'));
  return into;
}
