import { type Json, parseVerifierKey, SIGNATURE_TYPE } from '@portcullis/record';

/** A pair of the ledger's keys and its time; `until` is null for the one that signs now. RFC 3339. */
export type KeyPeriod = {
  readonly vkeys: readonly string[];
  readonly from: string;
  readonly until: string | null;
  /** Of the `ledger.keys_rotated` entry that ended it. */
  readonly endedBy: number | null;
};

/** `keys.json`: the key history, oldest first. */
export function keysFile(periods: readonly KeyPeriod[]): Json {
  return periods.flatMap(({ vkeys, from, until, endedBy }) =>
    vkeys.map((vkey) => {
      const { name, type } = parseVerifierKey(vkey);
      const isEd25519 = type === SIGNATURE_TYPE.ed25519;
      return {
        algorithm: isEd25519 ? 'Ed25519 (RFC 8032)' : 'ML-DSA-44 (FIPS 204)',
        custody:
          endedBy === null
            ? "A private key file with mode 0600 on the operator's machine, read by the process that writes the ledger; no hardware module."
            : 'The private key file was overwritten and removed when the key ended.',
        from,
        name,
        purpose: isEd25519 ? 'checkpoints and manifests' : 'cosignatures of checkpoints, and manifests',
        statements:
          endedBy === null
            ? 'No compromise is recorded.'
            : `Ended by entry ${endedBy}, which gives the reason; see handovers.jsonl.`,
        until,
        vkey,
      };
    }),
  );
}
