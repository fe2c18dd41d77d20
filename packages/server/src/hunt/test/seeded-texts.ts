/** Texts that hardly pack, the same in every run. */
export function createSeededTexts(count: number): string[] {
  let state = 12_345;
  return Array.from({ length: count }, () => {
    let text = '';
    while (text.length < 24) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      text += state.toString(36);
    }
    return text;
  });
}
