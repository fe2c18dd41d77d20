import { base64, canonicalBytes, canonicalText, concat, type Json, utf8 } from '@portcullis/record';
import type { ExportPorts } from './evidence-ports.ts';

export const MANIFEST_TYPE = 'application/vnd.portcullis.manifest.v1+json';

/** The pre-authentication encoding of DSSE 1.0: `"DSSEv1" SP len(type) SP type SP len(payload) SP payload`. */
export function encodePae(type: string, payload: Uint8Array): Uint8Array {
  return concat(utf8(`DSSEv1 ${utf8(type).length} ${type} ${payload.length} `), payload);
}

/** The envelope over a manifest as canonical JSON, signed with both keys of the ledger. */
export function signManifest(manifest: Json, signPae: ExportPorts['signPae']): string {
  const payload = canonicalBytes(manifest);
  const signatures = signPae(encodePae(MANIFEST_TYPE, payload)).map(({ keyid, sig }) => ({
    keyid,
    sig: base64(sig),
  }));
  return canonicalText({ payload: base64(payload), payloadType: MANIFEST_TYPE, signatures });
}
