import { base64, fromBase64, fromUtf8, HASH_BYTES } from '@portcullis/record';

// The request of c2sp.org/tlog-witness, `add-checkpoint`: an old size line, proof lines, an empty line, a signed checkpoint.

/** Lines of a consistency proof; the specification's limit. */
export const PROOF_LINES_MAX = 63;
/** Bytes of a request. 63 proof lines and two signatures need 8 KiB; the rest is room for cosignatures that others added. */
export const REQUEST_BYTES_MAX = 65_536;

/** `note` is the signed checkpoint, verbatim and not verified. */
export type AddCheckpoint = {
  readonly oldSize: number;
  readonly proof: readonly Uint8Array[];
  readonly note: string;
};

/** Why a request could not be read, in a sentence for whoever sent it. */
export type Malformed = { readonly malformed: string };

export function formatAddCheckpoint({ oldSize, proof, note }: AddCheckpoint): string {
  return `old ${oldSize}\n${proof.map((hash) => `${base64(hash)}\n`).join('')}\n${note}`;
}

/** Reads a request; everything in it is attacker-controlled. Never throws. */
export function parseAddCheckpoint(body: Uint8Array): AddCheckpoint | Malformed {
  if (body.length > REQUEST_BYTES_MAX)
    return { malformed: `A request has at most ${REQUEST_BYTES_MAX} bytes.` };
  let text: string;
  try {
    text = fromUtf8(body);
  } catch {
    return { malformed: 'The request is not UTF-8.' };
  }
  const end = text.indexOf('\n\n');
  if (end < 0) return { malformed: 'The request has no empty line before its checkpoint.' };
  const [first, ...lines] = text.slice(0, end).split('\n') as [string, ...string[]];
  const size = /^old (0|[1-9][0-9]{0,15})$/.exec(first);
  if (size === null || !Number.isSafeInteger(Number(size[1])))
    return { malformed: 'The first line is `old`, a space and a size below 2^53.' };
  if (lines.length > PROOF_LINES_MAX) return { malformed: `A proof has at most ${PROOF_LINES_MAX} lines.` };
  const proof: Uint8Array[] = [];
  for (const line of lines) {
    const hash = parseHash(line);
    if (hash === undefined) return { malformed: 'A line of the proof is not a hash in base64.' };
    proof.push(hash);
  }
  return { oldSize: Number(size[1]), proof, note: text.slice(end + 2) };
}

function parseHash(line: string): Uint8Array | undefined {
  try {
    const hash = fromBase64(line);
    return hash.length === HASH_BYTES ? hash : undefined;
  } catch {
    return undefined;
  }
}
