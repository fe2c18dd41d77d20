import {
  type NoteVerifier,
  parseNote,
  parseTlogProof,
  parseVerifierKey,
  SIGNATURE_TYPE,
  utf8,
} from '@portcullis/record';

/** Why a browser can not verify here: it has no cryptography outside https and localhost, or not this signature. */
export class CanNotVerify extends Error {
  override readonly name = 'CanNotVerify';
}

/**
 * Verifiers for the checkpoint of one proof. A browser verifies asynchronously and `record` does not, so that each signature is verified beforehand and
 * the verifier repeats the outcome. Of the ledger's two signatures a browser knows Ed25519 alone; ML-DSA-44 is left to `portcullis-verify`.
 * @param proof c2sp.org/tlog-proof@v1 text
 * @param vkeys of the ledger, as the server or a person names them
 * @throws RecordError `bad-proof`, `bad-note`, `bad-key`; CanNotVerify
 */
export async function verifiersFor(proof: string, vkeys: readonly string[]): Promise<NoteVerifier[]> {
  const keys = vkeys.map(parseVerifierKey).filter((key) => key.type === SIGNATURE_TYPE.ed25519);
  const note = parseNote(parseTlogProof(proof).checkpoint);
  const text = utf8(note.text);
  return Promise.all(
    keys.map(async ({ name, type, id, publicKey }): Promise<NoteVerifier> => {
      const signatures = note.signatures.filter((each) => each.name === name && sameBytes(each.id, id));
      const outcomes = await Promise.all(
        signatures.map(
          async (each) => [each.signature, await verifies(publicKey, each.signature, text)] as const,
        ),
      );
      return {
        name,
        type,
        id,
        verify: (_text, signature) =>
          outcomes.some(([known, isGood]) => isGood && sameBytes(known, signature)),
      };
    }),
  );
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);

async function verifies(publicKey: Uint8Array, signature: Uint8Array, text: Uint8Array): Promise<boolean> {
  const { subtle } = globalThis.crypto as { subtle?: SubtleCrypto };
  if (subtle === undefined) throw new CanNotVerify('insecure');
  let key: CryptoKey;
  try {
    key = await subtle.importKey('raw', owned(publicKey), 'Ed25519', false, ['verify']);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotSupportedError')
      throw new CanNotVerify('unsupported');
    throw error;
  }
  return subtle.verify('Ed25519', key, owned(signature), owned(text));
}

/** The platform takes bytes of its own memory only. */
const owned = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);
