import { join } from 'node:path';
import type { NoteSigner, NoteVerifier } from '@portcullis/record';
import {
  createEd25519Cosigner,
  createMlDsa44Signer,
  createVerifier,
  type SigningKey,
  type TimeSeconds,
} from '@portcullis/record/signing';
import type { FileSystem } from '../seams/file-system.ts';
import { openSigningKey } from '../seams/signing-key.ts';

/** A witness's keys. Private keys stay inside. */
export type WitnessKeys = {
  /** Verifier keys of the cosignatures that are given, Ed25519 (0x04) first. */
  readonly vkeys: readonly string[];
  /** Of both keys, also where only one is used. */
  readonly verifiers: readonly NoteVerifier[];
  /** @param now the cosignature's time, POSIX seconds */
  cosigners(now: TimeSeconds): NoteSigner[];
};

export type WitnessKeysOptions = {
  /** Such as `witness-data/keys`. */
  readonly dir: string;
  readonly fs: FileSystem;
  /** The witness's name, such as `witness.example.org/w1`; part of both keys. */
  readonly name: string;
  /** Whether missing keys are made: only while nothing was ever cosigned. */
  readonly create: boolean;
  /** Whether an ML-DSA-44 cosignature (0x06) is given too. */
  readonly mlDsa44: boolean;
};

const FILES = { ed25519: 'witness-ed25519.pem', 'ml-dsa-44': 'witness-ml-dsa-44.pem' } as const;

/**
 * Opens both keys, PKCS #8 PEM with mode 0600, also where only one is used, so that the other can be turned on later.
 * @throws ServerError `bad-config` where permissions are looser or a key is missing; RecordError `bad-key`
 */
export function openWitnessKeys({ dir, fs, name, create, mlDsa44 }: WitnessKeysOptions): WitnessKeys {
  const ed25519Key = openKey(fs, dir, 'ed25519', create);
  const mlDsa44Key = openKey(fs, dir, 'ml-dsa-44', create);
  const cosigners = (now: TimeSeconds) => [
    createEd25519Cosigner(name, ed25519Key, now),
    ...(mlDsa44 ? [createMlDsa44Signer(name, mlDsa44Key, now)] : []),
  ];
  const all = [
    createEd25519Cosigner(name, ed25519Key, () => 0),
    createMlDsa44Signer(name, mlDsa44Key, () => 0),
  ].map(({ vkey }) => vkey);
  return { vkeys: all.slice(0, mlDsa44 ? 2 : 1), verifiers: all.map(createVerifier), cosigners };
}

function openKey(fs: FileSystem, dir: string, algorithm: keyof typeof FILES, create: boolean): SigningKey {
  const path = join(dir, FILES[algorithm]);
  const missing = `The witness's key ${path} is missing, though it has cosigned before. Restore it, or start a new witness with another name in an empty folder.`;
  return openSigningKey({ fs, path, algorithm, create, missing });
}
