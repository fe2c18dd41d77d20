// Typed arrays as base64 for snapshots. Zeros at the end are left out: most of what is kept of an account with few exchanges is zeros.

type Numbers = Float64Array | Float32Array | Uint32Array;

const bytesOf = ({ buffer, byteOffset, byteLength }: Numbers): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Little-endian, as on every machine that Node runs on. */
export function spellNumbers(numbers: Numbers): string {
  const bytes = bytesOf(numbers);
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return btoa(String.fromCharCode(...bytes.subarray(0, end)));
}

/** Fills `into`, whose length is known, with what {@link spellNumbers} gave. @returns `into` */
export function readNumbers<Into extends Numbers>(text: string, into: Into): Into {
  const bytes = bytesOf(into).fill(0);
  const spelled = atob(text);
  for (let i = 0; i < spelled.length; i++) bytes[i] = spelled.charCodeAt(i);
  return into;
}
