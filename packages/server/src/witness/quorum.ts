import { equalBytes, type NoteSignature, parseNote, parseVerifierKey } from '@portcullis/record';
import type { WitnessConfig, WitnessingConfig } from '../config/config.ts';

/** Whether enough of the configured witnesses stand under a checkpoint. This is the operator's wish; a verifier goes by its own policy. */
export type Quorum = {
  /** How many of the witnesses it takes. */
  readonly least: number;
  /** Names (as configured) of the witnesses each of whose keys has a line. Lines are not verified here. */
  signedBy(note: string): string[];
  isMet(note: string): boolean;
};

export function createQuorum(
  witnesses: readonly Pick<WitnessConfig, 'name' | 'vkeys'>[],
  { quorum }: Pick<WitnessingConfig, 'quorum'>,
): Quorum {
  const keys = witnesses.map(({ name, vkeys }) => ({ name, keys: vkeys.map(parseVerifierKey) }));
  const least = witnesses.length === 0 ? 0 : leastOf(quorum, witnesses.length);
  const signedBy = (note: string): string[] => {
    const { signatures } = parseNote(note);
    const has = (key: Pick<NoteSignature, 'name' | 'id'>): boolean =>
      signatures.some((line) => line.name === key.name && equalBytes(line.id, key.id));
    return keys.filter((witness) => witness.keys.every(has)).map(({ name }) => name);
  };
  return {
    least,
    signedBy,
    isMet: (note) => witnesses.length > 0 && signedBy(note).length >= least,
  };
}

export function leastOf(quorum: WitnessingConfig['quorum'], witnesses: number): number {
  if (quorum === 'all') return witnesses;
  return quorum === 'any' ? 1 : quorum;
}
