/** The finaliser of MurmurHash3 (public domain, Austin Appleby): every input bit reaches every output bit. */
export function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Order matters: combine(a, b) differs from combine(b, a). */
export function combine(a: number, b: number): number {
  return mix(Math.imul(a, 31) + 0x9e3779b9 + b);
}

/** A 32-bit hash of a text, for equality inside one detector's state only: never for evidence. */
export function hashText(text: string, seed: number): number {
  let h = seed | 0;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mix(h ^ text.length);
}
