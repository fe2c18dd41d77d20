import { characterClass, letter } from './character-class.ts';

const closers = new Map<number, string>([
  [0x22, '"'],
  [0x201c, '”'],
  [0x201e, '“'],
  [0xab, '»'],
  [0x300c, '」'],
  [0x300e, '』'],
]);
const apostrophe = 0x27;
const backtick = 0x60;
const maxQuotedUnits = 600;

/** Finds the end of quoted text and code, remembering where a search failed so that hostile text costs linear time. */
export type SlotSkipper = { start(text: string): void; skip(at: number, unit: number): number };

/** `skip` answers the index after a slot that begins at `at`, or -1 when none does. */
export function createSlotSkipper(): SlotSkipper {
  let text = '';
  const failedFrom = new Map<string, number>();

  function endOf(closer: string, from: number): number {
    const failed = failedFrom.get(closer);
    if (failed !== undefined && from >= failed) return -1;
    const end = text.indexOf(closer, from);
    if (end < 0) failedFrom.set(closer, from);
    return end < 0 || end - from > maxQuotedUnits ? -1 : end + closer.length;
  }

  function skipCode(at: number): number {
    if (!text.startsWith('```', at)) return endOf('`', at + 1);
    const failed = failedFrom.get('```');
    if (failed !== undefined && at >= failed) return -1;
    const end = text.indexOf('```', at + 3);
    if (end < 0) failedFrom.set('```', at);
    return end < 0 ? -1 : end + 3;
  }

  function skipApostrophe(at: number): number {
    if (at > 0 && characterClass[text.charCodeAt(at - 1)] === letter) return -1;
    const end = endOf("'", at + 1);
    return end > 0 && end < text.length && characterClass[text.charCodeAt(end)] === letter ? -1 : end;
  }

  return {
    start(next) {
      text = next;
      failedFrom.clear();
    },
    skip(at, unit) {
      if (unit === backtick) return skipCode(at);
      if (unit === apostrophe) return skipApostrophe(at);
      const closer = closers.get(unit);
      return closer === undefined ? -1 : endOf(closer, at + 1);
    },
  };
}
