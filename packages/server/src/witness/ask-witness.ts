import { formatAddCheckpoint } from './add-checkpoint.ts';

// One request to a witness over HTTP. What comes back is attacker-controlled.

/** Bytes of an answer; two cosignatures need 4 KiB. */
const ANSWER_BYTES_MAX = 65_536;

export type WitnessReply =
  | { readonly kind: 'cosigned'; readonly lines: string }
  /** The witness last cosigned this size. */
  | { readonly kind: 'other-size'; readonly size: number }
  /** 409 without a size, or 422: what the witness cosigned before is no prefix of what it was shown. */
  | { readonly kind: 'inconsistent'; readonly status: number }
  | { readonly kind: 'refused'; readonly status: number };

/**
 * @param url the submission prefix
 * @throws TypeError of fetch, or the signal's reason
 */
export async function askWitness(
  url: string,
  request: { readonly oldSize: number; readonly proof: readonly Uint8Array[]; readonly note: string },
  signal: AbortSignal,
): Promise<WitnessReply> {
  const answer = await fetch(`${url.replace(/\/+$/, '')}/add-checkpoint`, {
    method: 'POST',
    body: formatAddCheckpoint(request),
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    redirect: 'error',
    signal,
  });
  const text = await readText(answer);
  if (answer.status === 200) return { kind: 'cosigned', lines: text };
  const type = (answer.headers.get('content-type') ?? '').split(';')[0]?.trim();
  if (answer.status === 409 && type === 'text/x.tlog.size') {
    const size = /^(0|[1-9][0-9]{0,15})\n?$/.exec(text);
    const told = Number(size?.[1] ?? Number.NaN);
    return Number.isSafeInteger(told)
      ? { kind: 'other-size', size: told }
      : { kind: 'refused', status: answer.status };
  }
  const inconsistent = answer.status === 409 || answer.status === 422;
  return { kind: inconsistent ? 'inconsistent' : 'refused', status: answer.status };
}

async function readText(answer: Response): Promise<string> {
  if (answer.body === null) return '';
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
    sizeBytes += chunk.length;
    if (sizeBytes > ANSWER_BYTES_MAX)
      throw new TypeError(`The answer has more than ${ANSWER_BYTES_MAX} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
