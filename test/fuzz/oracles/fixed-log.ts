import { concat, signatureLine, utf8 } from '@portcullis/record';
import { createEd25519Cosigner, createEd25519Signer, createVerifier } from '@portcullis/record/signing';
import { fixedKey } from '../../../packages/verify/test/bundle-writer.ts';
import { trustOf } from '../../../packages/verify/test/trusts.ts';

// A log and a witness with fixed keys, so that a target can sign what the fuzzer made up: what stands behind a signature is
// only reached with one. Ed25519 alone, as the verifier's ML-DSA takes milliseconds.

export const ORIGIN = 'log.example/fuzz';
const logSigner = createEd25519Signer(ORIGIN, fixedKey('ed25519', 0x51));
const witnessSigner = createEd25519Cosigner(
  'witness.example/fuzz',
  fixedKey('ed25519', 0x52),
  () => 1_790_000_000,
);
export const LOG_VKEY = logSigner.vkey;
export const WITNESS_VKEY = witnessSigner.vkey;

/** How the writer's library knows the keys. */
export const VERIFIERS = [createVerifier(LOG_VKEY), createVerifier(WITNESS_VKEY)];
export const LOG_VERIFIERS = VERIFIERS.slice(0, 1);
/** How the verifier knows them. */
export const LOG_TRUST = trustOf(`log ${LOG_VKEY}\nquorum none\n`);
export const TRUST = trustOf(`log ${LOG_VKEY}\nwitness w ${WITNESS_VKEY}\nquorum none\n`);

/** The bytes as they are, an empty line and a signature of the log over them; `witnessed` adds the witness's. */
export function signBytes(text: Uint8Array, witnessed: boolean): Uint8Array {
  const lines = [logSigner, ...(witnessed ? [witnessSigner] : [])].map((signer) =>
    signatureLine(signer, signer.sign(text)),
  );
  return concat(text, utf8(`\n${lines.join('')}`));
}

/** The signed text of a golden note, under this log's name. */
export function underOurName(note: Uint8Array): Buffer {
  const text = Buffer.from(note).toString('utf8');
  return Buffer.from(text.slice(0, text.lastIndexOf('\n\n') + 1).replace(/^[^\n]*/, ORIGIN));
}
