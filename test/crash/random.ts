/** mulberry32, seeded from numbers and texts: enough to choose cases, and the same on every machine. */
export function createRandom(...seeds: readonly (number | string)[]): () => number {
  let state = 0x811c9dc5;
  // FNV-1a over what was given.
  for (const seed of seeds.join('\n')) state = Math.imul(state ^ seed.charCodeAt(0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The same list in another order. */
export function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const left = [...list];
  for (let at = left.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [left[at], left[other]] = [left[other] as T, left[at] as T];
  }
  return left;
}
