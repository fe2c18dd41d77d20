import assert from 'node:assert/strict';

// Callers of both APIs, and what each of them saw: what a test compares the ledger with.

/** One answer. `index` and `leaf`: where the gate said that the exchange is recorded; -1 where it did not. */
export type SeenAnswer = {
  readonly shape: 'openai' | 'anthropic';
  readonly status: number;
  readonly code: string | null;
  readonly retryAfter: string | null;
  readonly exchange: string | null;
  readonly index: number;
  readonly leaf: string | null;
  /** The body came to its end. */
  readonly whole: boolean;
  /** Asked for an upstream that breaks off in the middle. */
  readonly broken: boolean;
  /** Time to the head, and to the end of the body. */
  readonly headMs: number;
  readonly totalMs: number;
};

export type Question = {
  readonly shape: 'openai' | 'anthropic';
  readonly stream: boolean;
  readonly broken?: boolean;
  /** Further faults of the practice upstream. */
  readonly faults?: string;
  /** Of the prompt. */
  readonly promptBytes?: number;
  /** The connection may be cut before there is a head, as where the upstream breaks off at once. Default: `broken`. */
  readonly mayBeCut?: boolean;
  /** Told once the head of the answer has come. */
  readonly onHead?: () => void;
};

let asked = 0;

/** Asks once; an error of the gate's own must have the shape of the API that was called. */
export async function ask(gateUrl: string, key: string, question: Question): Promise<SeenAnswer> {
  const { shape, stream, broken = false, mayBeCut = broken } = question;
  const startedMs = performance.now();
  const faults = [question.faults, broken ? 'reset-after-bytes=40,delay-token-ms=2' : undefined];
  const fault = faults.filter((each) => each !== undefined).join(',');
  const path = shape === 'openai' ? '/v1/chat/completions' : '/v1/messages';
  const asking = fetch(`${gateUrl}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(shape === 'openai'
        ? { authorization: `Bearer ${key}` }
        : { 'x-api-key': key, 'anthropic-version': '2023-06-01' }),
      ...(fault === '' ? {} : { 'x-practice-fault': fault }),
    },
    body: JSON.stringify({
      model: 'practice-small',
      stream,
      max_tokens: 64,
      messages: [
        { role: 'user', content: `Question ${asked++}`.padEnd(question.promptBytes ?? 0, ' and so on') },
      ],
    }),
  });
  const answer = await asking.catch((error: unknown) => {
    if (!mayBeCut) throw error;
    return undefined;
  });
  const headMs = performance.now() - startedMs;
  if (answer === undefined) return cutOff(shape, broken, headMs);
  question.onHead?.();
  const text = await answer.text().catch(() => undefined);
  const { headers, status } = answer;
  return {
    shape,
    status,
    broken,
    whole: text !== undefined,
    code: status < 400 || text === undefined ? null : errorCode(shape, text),
    retryAfter: headers.get('retry-after'),
    exchange: headers.get('x-portcullis-exchange'),
    index: Number(headers.get('x-portcullis-entry') ?? -1),
    leaf: headers.get('x-portcullis-leaf'),
    headMs,
    totalMs: performance.now() - startedMs,
  };
}

function cutOff(shape: Question['shape'], broken: boolean, totalMs: number): SeenAnswer {
  const nothing = { code: null, retryAfter: null, exchange: null, index: -1, leaf: null };
  return { shape, status: 0, whole: false, broken, ...nothing, headMs: totalMs, totalMs };
}

/** The code of an error, whose shape must be that of the API. */
function errorCode(shape: Question['shape'], text: string): string {
  const body = JSON.parse(text) as {
    type?: string;
    request_id?: string;
    error: { code: string; message: string; type: string };
  };
  assert.equal(typeof body.error.message, 'string');
  assert.equal(typeof body.error.type, 'string');
  if (shape === 'anthropic') assert.ok(body.type === 'error' && typeof body.request_id === 'string');
  else assert.equal(body.type, undefined);
  return body.error.code;
}

export type Callers = { readonly seen: readonly SeenAnswer[]; stop(): Promise<void> };

/** Callers that ask one question after another: both APIs, whole answers and streams, and some whose upstream breaks off. */
export function startCallers(
  gateUrl: string,
  key: string,
  count: number,
  more: Pick<Question, 'mayBeCut' | 'promptBytes'> & { readonly pauseMs?: number } = {},
): Callers {
  const { pauseMs = 0, ...question } = more;
  const seen: SeenAnswer[] = [];
  let over = false;
  const call = async (caller: number): Promise<void> => {
    for (let n = caller; !over; n++) {
      const shape = n % 2 === 0 ? 'openai' : 'anthropic';
      const broken = n % 8 === 5;
      seen.push(await ask(gateUrl, key, { shape, stream: n % 3 !== 0, broken, ...question }));
      // Who is told to wait does, a little.
      const waitMs = Math.max(pauseMs, (seen.at(-1)?.status ?? 0) >= 429 ? 20 : 0);
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  };
  const calling = Promise.all(Array.from({ length: count }, (_, i) => call(i)));
  return {
    seen,
    async stop() {
      over = true;
      await calling;
    },
  };
}
