import { asIndex, asObject, asText } from './fields.ts';
import { type Leaf, readLeaf } from './leaf.ts';
import { PROOF_HASHES_MAX, RECEIPT_BYTES_MAX } from './limits.ts';
import { base64Of, hashOf } from './octets.ts';
import { type JsonObject, readJson } from './strict-json.ts';
import { quote, refuse } from './verify-error.ts';

type Proof = { readonly index: number; readonly hashes: readonly Uint8Array[]; readonly checkpoint: string };
export type Receipt = { readonly leaf: Leaf; readonly proof: Proof; readonly salts: JsonObject };

/** Reads a receipt's form; nothing of it is judged. */
export function readReceipt(bytes: Uint8Array): Receipt {
  if (bytes.length > RECEIPT_BYTES_MAX) refuse(`The receipt is larger than ${RECEIPT_BYTES_MAX} bytes.`);
  const object = asObject(readJson(bytes, 'The receipt'), 'The receipt');
  if (object.format !== 'portcullis/receipt/v1')
    refuse('The file is not a receipt of the format portcullis/receipt/v1.');
  for (const field of Object.keys(object))
    if (!['format', 'leaf', 'proof', 'salts'].includes(field))
      refuse(`The receipt has an unknown field ${quote(field)}.`);
  const proof = readProof(asText(object.proof, 'proof'));
  const leaf = readLeaf(base64Of(asText(object.leaf, 'leaf'), 'The leaf'), proof.index);
  return { leaf, proof, salts: object.salts === undefined ? {} : asObject(object.salts, 'salts') };
}

function readProof(text: string): Proof {
  const blank = text.indexOf('\n\n');
  const lines = text.slice(0, blank).split('\n');
  if (blank < 0 || lines.shift() !== 'c2sp.org/tlog-proof@v1')
    refuse('The proof is not a c2sp.org/tlog-proof@v1.');
  if (lines[0]?.startsWith('extra ')) lines.shift();
  const index = /^index (0|[1-9][0-9]{0,15})$/.exec(lines.shift() ?? '')?.[1];
  if (index === undefined || lines.length > PROOF_HASHES_MAX)
    return refuse('The proof has no index line or too many hashes.');
  const hashes = lines.map((line) => hashOf(line, 'A line of the proof'));
  return { index: asIndex(Number(index), 'index'), hashes, checkpoint: text.slice(blank + 2) };
}
