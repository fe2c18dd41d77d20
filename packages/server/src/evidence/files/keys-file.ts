import { type Json, parseVerifierKey, SIGNATURE_TYPE } from '@portcullis/record';

/** `keys.json`: the key history. One pair of keys signs for the ledger's whole life; rotation is not built. @param from RFC 3339 */
export function keysFile(vkeys: readonly string[], from: string): Json {
  return vkeys.map((vkey) => {
    const { name, type } = parseVerifierKey(vkey);
    const isEd25519 = type === SIGNATURE_TYPE.ed25519;
    return {
      algorithm: isEd25519 ? 'Ed25519 (RFC 8032)' : 'ML-DSA-44 (FIPS 204)',
      custody:
        "A private key file with mode 0600 on the operator's machine, read by the process that writes the ledger; no hardware module.",
      from,
      name,
      purpose: isEd25519 ? 'checkpoints and manifests' : 'cosignatures of checkpoints, and manifests',
      statements: 'No rotation and no compromise is recorded.',
      until: null,
      vkey,
    };
  });
}
