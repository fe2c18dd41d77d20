import { sign } from 'node:crypto';
import { join } from 'node:path';
import type { NoteSigner, NoteVerifier } from '@portcullis/record';
import {
  createEd25519Signer,
  createMlDsa44Signer,
  createVerifier,
  type SigningKey,
  type TimeSeconds,
} from '@portcullis/record/signing';
import type { FileSystem } from '../seams/file-system.ts';
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

const FILES = { ed25519: 'ledger-ed25519.pem', 'ml-dsa-44': 'ledger-ml-dsa-44.pem' } as const;
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
  const ed25519 = openKey(fs, dir, 'ed25519', create);
  const mlDsa44 = openKey(fs, dir, 'ml-dsa-44', create);
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

function openKey(fs: FileSystem, dir: string, algorithm: keyof typeof FILES, create: boolean): SigningKey {
  const path = join(dir, FILES[algorithm]);
  const missing = `The ledger's key ${path} is missing. A ledger goes on only with the keys that signed its last checkpoint; restore it.`;
  return openSigningKey({ fs, path, algorithm, create, missing });
}
