import { sign } from 'node:crypto';
import { join } from 'node:path';
import { type NoteSigner, type NoteVerifier, RecordError } from '@portcullis/record';
import {
  createEd25519Signer,
  createMlDsa44Signer,
  createVerifier,
  generateSigningKey,
  readSigningKey,
  type SigningKey,
  type TimeSeconds,
  writeSigningKey,
} from '@portcullis/record/signing';
import { syncDirectory } from '../seams/durable-files.ts';
import type { FileSystem } from '../seams/file-system.ts';
import { destroyPrivateFile, readPrivateFile, writePrivateFile } from '../seams/private-file.ts';
import { openSigningKey } from '../seams/signing-key.ts';
import { ServerError } from '../server-error.ts';

/** A signature of a DSSE envelope; `keyid` is the first two parts of the verifier key (docs/bundle.md). */
export type PaeSignature = { readonly keyid: string; readonly sig: Uint8Array };

/** The ledger's two keys. Private keys stay inside. */
export type LedgerKeys = {
  /** Ed25519, then ML-DSA-44, as `name+hash+base64`. */
  readonly vkeys: readonly [string, string];
  readonly verifiers: readonly [NoteVerifier, NoteVerifier];
  /** Signers of checkpoints. @param now the cosignature's time, POSIX seconds */
  signers(now: TimeSeconds): [NoteSigner, NoteSigner];
  /** Signs a DSSE pre-authentication encoding with both keys. @param pae starts with `DSSEv1` */
  signPae(pae: Uint8Array): PaeSignature[];
};

const ALGORITHMS = ['ed25519', 'ml-dsa-44'] as const;
type Algorithm = (typeof ALGORITHMS)[number];
const PAE_PREFIX = 'DSSEv1 ';

export type LedgerKeysOptions = {
  /** Such as `portcullis-data/keys`. */
  readonly dir: string;
  readonly fs: FileSystem;
  /** The name of both keys: the log's origin. */
  readonly origin: string;
  /** Whether missing keys are made: only while no checkpoint was ever signed. */
  readonly create: boolean;
};

/**
 * The ledger's signing keys, PKCS #8 PEM with mode 0600.
 * @throws ServerError `bad-config` where permissions are looser or a key is missing; RecordError `bad-key`
 */
export function openLedgerKeys({ dir, fs, origin, create }: LedgerKeysOptions): LedgerKeys {
  return ledgerKeys(origin, openKey(fs, dir, 'ed25519', create), openKey(fs, dir, 'ml-dsa-44', create));
}

function ledgerKeys(origin: string, ed25519: SigningKey, mlDsa44: SigningKey): LedgerKeys {
  const vkeys = [
    createEd25519Signer(origin, ed25519).vkey,
    createMlDsa44Signer(origin, mlDsa44, () => 0).vkey,
  ] as const;
  return {
    vkeys,
    verifiers: [createVerifier(vkeys[0]), createVerifier(vkeys[1])],
    signers: (now) => [createEd25519Signer(origin, ed25519), createMlDsa44Signer(origin, mlDsa44, now)],
    signPae(pae) {
      // The prefix keeps these keys from signing a checkpoint by this way.
      if (Buffer.from(pae.subarray(0, PAE_PREFIX.length)).toString('latin1') !== PAE_PREFIX)
        throw new ServerError('bad-request', 'Only a DSSE encoding can be signed here.');
      return [ed25519, mlDsa44].map((key, i) => ({
        keyid: keyIdOf(vkeys[i] as string),
        sig: new Uint8Array(sign(null, pae, key.privateKey)),
      }));
    },
  };
}

/** The first two parts of a verifier key: `name+8 hex`. */
function keyIdOf(vkey: string): string {
  return vkey.split('+').slice(0, 2).join('+');
}

function openKey(fs: FileSystem, dir: string, algorithm: Algorithm, create: boolean): SigningKey {
  const path = pathOf(dir, algorithm);
  const missing = `The ledger's key ${path} is missing. A ledger goes on only with the keys that signed its last checkpoint; restore it.`;
  return openSigningKey({ fs, path, algorithm, create, missing });
}

// The keys that are to take over lie beside those that sign, until the lock has decided (docs/decisions/0008-key-rotation.md).

function pathOf(dir: string, algorithm: Algorithm, next = ''): string {
  return join(dir, `ledger-${algorithm}${next}.pem`);
}
const nextPathOf = (dir: string, algorithm: Algorithm): string => pathOf(dir, algorithm, '.next');

type KeyFolder = Omit<LedgerKeysOptions, 'create'>;

/** Makes the pair that is to take over. Durable when this returns. @throws ServerError `conflict` where there is one already */
export function makeNextKeys({ dir, fs, origin }: KeyFolder): LedgerKeys {
  const made = ALGORITHMS.map((algorithm) => generateSigningKey(algorithm));
  for (const key of made) writePrivateFile(fs, nextPathOf(dir, key.algorithm), writeSigningKey(key));
  return ledgerKeys(origin, made[0] as SigningKey, made[1] as SigningKey);
}

/** Verifiers of the next keys that are there: none, one or both. */
export function nextVerifiers({ dir, fs, origin }: KeyFolder): NoteVerifier[] {
  return ALGORITHMS.flatMap((algorithm) => {
    const key = readNext(fs, dir, algorithm);
    if (key === undefined) return [];
    const { vkey } =
      algorithm === 'ed25519' ? createEd25519Signer(origin, key) : createMlDsa44Signer(origin, key, () => 0);
    return [createVerifier(vkey)];
  });
}

/** The pair that has taken over: next keys, and where one is in place already, that one. */
export function openNextKeys({ dir, fs, origin }: KeyFolder): LedgerKeys {
  const [ed25519, mlDsa44] = ALGORITHMS.map(
    (algorithm) => readNext(fs, dir, algorithm) ?? openKey(fs, dir, algorithm, false),
  );
  return ledgerKeys(origin, ed25519 as SigningKey, mlDsa44 as SigningKey);
}

/** One that can not be read was being destroyed when the process was killed: it is written in one step. */
function readNext(fs: FileSystem, dir: string, algorithm: Algorithm): SigningKey | undefined {
  try {
    const pem = readPrivateFile(fs, nextPathOf(dir, algorithm));
    return pem === undefined ? undefined : readSigningKey(pem);
  } catch (error) {
    if (error instanceof RecordError) return undefined;
    throw error;
  }
}

/** The next keys take the place of those that signed before, which are destroyed. May be done again after a kill. */
export function promoteNextKeys({ dir, fs }: Pick<KeyFolder, 'dir' | 'fs'>): void {
  for (const algorithm of ALGORITHMS) {
    if (fs.stat(nextPathOf(dir, algorithm)) === undefined) continue;
    // A half overwritten key is never read: as long as the next one is there, it stands for it.
    destroyPrivateFile(fs, pathOf(dir, algorithm));
    fs.rename(nextPathOf(dir, algorithm), pathOf(dir, algorithm));
    syncDirectory(fs, dir);
  }
}

/** Destroys next keys that never took over. */
export function destroyNextKeys({ dir, fs }: Pick<KeyFolder, 'dir' | 'fs'>): void {
  for (const algorithm of ALGORITHMS) destroyPrivateFile(fs, nextPathOf(dir, algorithm));
}
