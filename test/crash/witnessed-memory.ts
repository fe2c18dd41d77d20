import type { WitnessedFiles } from '../../packages/server/src/witness/witnessed-files.ts';

// What the main thread writes of witnesses beside the ledger, and what it was told is durable.

export const WITNESS_URL = 'http://witness.example';

/** A file that is replaced: what it may hold after a crash is what was last told to be durable, or anything that was begun after it. */
export type Replaced = { readonly begun: string[]; durable: number };

export type WitnessedMemory = {
  /** `checkpoint.witnessed`. */
  readonly newest: Replaced;
  /** `witnessed/<size>`. */
  readonly kept: Map<number, Replaced>;
  /** The size that is remembered of the witness, as text. */
  readonly remembered: Replaced;
};

export function createWitnessedMemory(): WitnessedMemory {
  const nothing = (): Replaced => ({ begun: [], durable: -1 });
  return { newest: nothing(), kept: new Map(), remembered: nothing() };
}

/** Writes a cosigned checkpoint as witnessing does, and notes what is durable. */
export function keepCosigned(
  files: WitnessedFiles,
  memory: WitnessedMemory,
  size: number,
  note: string,
): void {
  const kept = memory.kept.get(size) ?? { begun: [], durable: -1 };
  memory.kept.set(size, kept);
  write(memory.newest, note, () => files.writeWitnessed(note));
  write(kept, note, () => files.keep(size, note));
  const known = { size, timeMs: 1, recordedMs: 1 };
  write(memory.remembered, String(size), () => files.writeMemory(new Map([[WITNESS_URL, known]])));
}

function write(file: Replaced, text: string, act: () => void): void {
  const at = file.begun.push(text) - 1;
  act();
  file.durable = at;
}

/** @returns what is wrong with a file that holds `found`, undefined where nothing is */
export function judgeReplaced(what: string, file: Replaced, found: string | undefined): string | undefined {
  if (found === undefined) return file.durable < 0 ? undefined : `${what} was to be kept and is lost.`;
  return file.begun.lastIndexOf(found) >= file.durable && file.begun.includes(found)
    ? undefined
    : `${what} is older than what was to be kept, or torn.`;
}
