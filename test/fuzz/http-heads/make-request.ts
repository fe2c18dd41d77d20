import { createSeededRandom, type SeededRandom } from '../../../packages/detection/test/seeded-random.ts';
import { KEY } from '../../../packages/server/src/gate/test/test-gate.ts';

// Bytes of HTTP/1.1 requests that are right, nearly right, or nothing of the kind.

const METHODS = ['POST', 'GET', 'HEAD', 'TRACE', 'CONNECT', 'OPTIONS', 'post', 'PRI', 'P\u00d6ST', ''];
const TARGETS = [
  '/v1/chat/completions',
  '/v1/messages',
  '/v1/models',
  '/v1/models/x',
  '/receipts/0',
  '/metrics',
  '/health/readiness',
  '/v1/files/a',
  '/v1/files/%2e%2e/chat/completions',
  'http://other.example/v1/chat/completions',
  '//v1/chat/completions',
  '*',
  'other.example:443',
  '/\u0000',
  '',
];
const VERSIONS = [
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.0',
  'HTTP/2.0',
  'HTTP/1.1 ',
  'HTTP/0.9',
  'http/1.1',
  '',
];
const LINE_ENDS = ['\r\n', '\r\n', '\r\n', '\r\n', '\n', '\r', '\r\r\n'];
const BODY = '{"model":"practice-small","messages":[{"role":"user","content":"hi"}],"max_tokens":4}';

function makeHeaders(random: SeededRandom, body: string): string[] {
  const credentials = [
    `Authorization: Bearer ${KEY}`,
    `x-api-key: ${KEY}`,
    'Authorization: Bearer wrong',
    `Authorization: Basic ${KEY}`,
    'x-api-key: wrong',
    `authorization : Bearer ${KEY}`,
    ` x-api-key: ${KEY}`,
    'Authorization: Bearer \u0000',
  ];
  const framing = [
    `Content-Length: ${body.length}`,
    `Content-Length: ${body.length + 5}`,
    `Content-Length: ${Math.max(0, body.length - 5)}`,
    'Content-Length: 0',
    'Content-Length: -1',
    'Content-Length: 0x10',
    'Content-Length: 99999999999999999999',
    `Content-Length: ${body.length}, ${body.length}`,
    `Content-Length : ${body.length}`,
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: chunked, identity',
    'Transfer-Encoding: xchunked',
    'Transfer-Encoding:\u000bchunked',
  ];
  const others = [
    'Host: 127.0.0.1',
    'Host: a\r\nHost: b',
    'Content-Type: application/json',
    'Connection: close',
    'Connection: x-api-key, authorization',
    'Connection: upgrade\r\nUpgrade: websocket',
    'Expect: 100-continue',
    'Expect: 200-ok',
    'Content-Encoding: gzip',
    'anthropic-version: 2023-06-01',
    'x-portcullis-exchange: x',
    'X-Folded: a\r\n b',
    `X-Long: ${'a'.repeat(random.below(40_000))}`,
    'X-\u0000: 1',
    'no colon',
    ': no name',
    'Trailer: x-api-key',
    'Keep-Alive: timeout=0',
  ];
  const headers = ['Host: 127.0.0.1', 'Content-Type: application/json'];
  for (const [list, most] of [
    [credentials, 2],
    [framing, 2],
    [others, 3],
  ] as const) {
    for (let count = random.below(most + 1); count > 0; count--) headers.push(random.pick(list));
  }
  return random.shuffle(headers);
}

function makeBody(random: SeededRandom): string {
  const size = BODY.length.toString(16);
  return random.pick([
    BODY,
    BODY,
    '',
    BODY.slice(0, random.below(BODY.length)),
    `${size}\r\n${BODY}\r\n0\r\n\r\n`,
    `${size};x=y\r\n${BODY}\r\n0\r\nx-api-key: ${KEY}\r\n\r\n`,
    `${size}\n${BODY}\n0\n\n`,
    `0\r\n\r\n`,
    `fffffffff\r\n${BODY}`,
    `GET /receipts/0 HTTP/1.1\r\nHost: a\r\n\r\n`,
  ]);
}

function makeOne(random: SeededRandom): string {
  const body = makeBody(random);
  const end = random.pick(LINE_ENDS);
  const line = `${random.pick(METHODS.slice(0, random.pick([1, 2, METHODS.length])))} ${random.pick(TARGETS.slice(0, random.pick([1, 2, TARGETS.length])))} ${random.pick(VERSIONS)}`;
  return [line, ...makeHeaders(random, body), '', body].join(end);
}

/** One connection's bytes; the same for the same two numbers. */
export function makeRequest(seed: number, number: number): Buffer {
  const random = createSeededRandom(Math.imul(seed, 0x9e3779b1) ^ number);
  const text = Array.from({ length: random.pick([1, 1, 1, 2, 3]) }, () => makeOne(random)).join('');
  const bytes = Buffer.from(text, 'latin1');
  // A few bytes turned into others, or the end cut off.
  for (let count = random.pick([0, 0, 0, 1, 3]); count > 0; count--)
    bytes[random.below(bytes.length)] = random.below(256);
  return random.next() < 0.15 ? bytes.subarray(0, random.below(bytes.length)) : bytes;
}
