// What every proxy is asked, and what the upstream answers: one chat completion, whole or as a stream.

export const MODEL = 'bench';
export const PATH = '/v1/chat/completions';
/** Chunks of a streamed answer that hold a token. */
export const CHUNKS = 100;
const REQUEST_BYTES = 1024;

export type Shape = 'plain' | 'stream';

/** A request body of about 1 KiB. @param waitMs how long the upstream waits before its first byte */
export function requestBody(shape: Shape, waitMs = 0): string {
  const start = `wait-${waitMs} `;
  const body = (content: string): string =>
    JSON.stringify({
      model: MODEL,
      messages: [{ role: 'user', content: start + content }],
      ...(shape === 'stream' ? { stream: true, stream_options: { include_usage: true } } : {}),
    });
  const words = 'a question of ordinary length, '.repeat(REQUEST_BYTES / 16);
  return body(words.slice(0, REQUEST_BYTES - body('').length));
}

const usage = { prompt_tokens: 200, completion_tokens: CHUNKS, total_tokens: 200 + CHUNKS };
const about = { id: 'chatcmpl-bench', created: 1_700_000_000, model: MODEL };

/** A whole answer of about 1 KiB, head and body. */
export function plainAnswer(): Buffer {
  const message = { role: 'assistant', content: 'an answer. '.repeat(64) };
  const choices = [{ index: 0, message, finish_reason: 'stop', logprobs: null }];
  const body = JSON.stringify({ ...about, object: 'chat.completion', choices, usage });
  return Buffer.from(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
}

/** A streamed answer in the pieces it is sent in: head and first token, the other tokens one by one, the end. */
export function streamAnswer(): Buffer[] {
  const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';
  const events = Array.from({ length: CHUNKS }, (_, i) =>
    event({ choices: [{ index: 0, delta: { content: ` word${i}` }, finish_reason: null }], usage: null }),
  );
  const last = event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: null });
  const end = `${chunk(last)}${chunk(event({ choices: [], usage }))}${chunk('data: [DONE]\n\n')}0\r\n\r\n`;
  return [head + chunk(events[0] as string), ...events.slice(1).map(chunk), end].map((text) =>
    Buffer.from(text),
  );
}

function event(fields: object): string {
  return `data: ${JSON.stringify({ ...about, object: 'chat.completion.chunk', ...fields })}\n\n`;
}

function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}
