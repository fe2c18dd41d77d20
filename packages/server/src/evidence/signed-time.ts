import { equalBytes, parseNote, parseVerifierKey, SIGNATURE_TYPE } from '@portcullis/record';

/** When the ledger signed a checkpoint, unix seconds: its ML-DSA-44 cosignature begins with the time (c2sp.org/tlog-cosignature). */
export function signedTimeSeconds(note: string, vkeys: readonly string[]): number {
  const cosigner = vkeys.map(parseVerifierKey).find(({ type }) => type === SIGNATURE_TYPE.mlDsa44Cosignature);
  const line = parseNote(note).signatures.find(
    ({ id }) => cosigner !== undefined && equalBytes(id, cosigner.id),
  );
  return line === undefined ? 0 : Number(Buffer.from(line.signature).readBigUInt64BE(0));
}
