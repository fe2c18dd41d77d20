import { createHash, sign } from 'node:crypto';
import {
  canonicalBytes,
  formatVerifierKey,
  hex,
  type Json,
  parseVerifierKey,
  SIGNATURE_TYPE,
  utf8,
} from '@portcullis/record';
import { createEd25519Signer } from '@portcullis/record/signing';
import { ED_KEY, PAYLOAD_TYPE, writeBundle } from '../../../packages/verify/test/bundle-writer.ts';
import { ORIGIN } from '../../../packages/verify/test/scenario.ts';
import { trustOf } from '../../../packages/verify/test/trusts.ts';

// A bundle whose operator lies: any file can be another one, and the manifest is signed over it all the same. Without that,
// nothing behind the digests would ever be reached. Ed25519 alone, as the verifier's ML-DSA takes milliseconds.

const VKEY = formatVerifierKey(ORIGIN, SIGNATURE_TYPE.ed25519, ED_KEY.publicKey);
const POLICY = `log ${VKEY}\nquorum none\n`;
export const BUNDLE_TRUST = trustOf(POLICY);
const KEY_ID = `${ORIGIN}+${hex(parseVerifierKey(VKEY).id)}`;
const ENVELOPE = 'manifest.dsse.json';

export const SOUND = writeBundle({
  logSigners: [createEd25519Signer(ORIGIN, ED_KEY)],
  manifestKeys: [[VKEY, ED_KEY]],
  editFiles(files) {
    const keys = JSON.parse(Buffer.from(files.get('keys.json') ?? []).toString()) as Json[];
    files.set('keys.json', canonicalBytes(keys.slice(0, 1)));
    files.set('tlog-policy', utf8(POLICY));
  },
});

/** The paths of the files, without the envelope. */
export const PATHS = [...SOUND.keys()].filter((path) => path !== ENVELOPE);
const envelope = JSON.parse(Buffer.from(SOUND.get(ENVELOPE) ?? []).toString()) as { payload: string };
export const PAYLOAD = Buffer.from(envelope.payload, 'base64');
type Manifest = { files: Record<string, { bytes: number; sha256: string }> };

/** An envelope over any payload, with a good signature. */
export function sealPayload(payload: Uint8Array): Uint8Array {
  const head = Buffer.from(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `);
  const signature = sign(null, Buffer.concat([head, payload]), ED_KEY.privateKey).toString('base64');
  return canonicalBytes({
    payload: Buffer.from(payload).toString('base64'),
    payloadType: PAYLOAD_TYPE,
    signatures: [{ keyid: KEY_ID, sig: signature }],
  });
}

/** The bundle with one file replaced, signed anew. */
export function withFile(path: string, bytes: Uint8Array): Map<string, Uint8Array> {
  const manifest = JSON.parse(PAYLOAD.toString()) as Manifest;
  manifest.files[path] = { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  return new Map([
    ...SOUND,
    [path, bytes],
    [ENVELOPE, sealPayload(canonicalBytes(manifest as unknown as Json))],
  ]);
}

/** The bundle under another manifest, signed anew. */
export function withPayload(payload: Uint8Array): Map<string, Uint8Array> {
  return new Map([...SOUND, [ENVELOPE, sealPayload(payload)]]);
}

/** The bundle with the envelope as it is given. */
export function withEnvelope(bytes: Uint8Array): Map<string, Uint8Array> {
  return new Map([...SOUND, [ENVELOPE, bytes]]);
}
