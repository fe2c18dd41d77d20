import { asObject, lastUserText, readMessages, systemText } from './read-dialogue.ts';
import type { Traffic, TrafficMessage, TrafficNetwork, TrafficParams } from './traffic.ts';
import {
  anyNumber,
  counted,
  countedOrEndless,
  type Fields,
  networkNumber,
  readName,
  readNumber,
  readObject,
  readText,
  readYes,
  refuse,
  seconds,
} from './traffic-fields.ts';

const NAME_CHARS_MAX = 256;
const IP_CHARS_MAX = 64;
const USER_AGENT_CHARS_MAX = 4_096;
const BIASES_MAX = 65_536;

/** Below this a line can not hold enough to be slow, however it is made. */
const SCANNED_CHARS_MIN = 65_536;
const DEPTH_MAX = 128;
const VALUES_MAX = 500_000;

/**
 * Reads one line of exported traffic (docs/hunting.md). Every field but `time`, `account` and `prompt` or `messages` may be missing or
 * null; unknown ones are passed over.
 * @param ref where a reader finds the line
 * @throws DetectionError `bad_line`; the message names the field and what it should be, and quotes nothing of the line
 */
export function parseTrafficLine(line: string, ref: number): Traffic {
  const fields = parseObject(line);
  const time = readNumber(fields, 'time', seconds);
  if (time === null) throw refuse('time is missing');
  const account = readName(fields, 'account', NAME_CHARS_MAX);
  if (account === null || account === '') throw refuse('account is missing');
  const messages = readDialogue(fields);
  const prompt = readText(fields, 'prompt') ?? (messages === null ? null : (lastUserText(messages) ?? ''));
  if (prompt === null) throw refuse('prompt is missing, and so are messages');
  return {
    time,
    account,
    model: readName(fields, 'model', NAME_CHARS_MAX),
    system: readText(fields, 'system') ?? (messages === null ? null : systemText(messages)),
    prompt,
    messages,
    params: readParams(fields),
    response: readText(fields, 'response'),
    inputTokens: readNumber(fields, 'input_tokens', counted),
    outputTokens: readNumber(fields, 'output_tokens', counted),
    network: readNetwork(fields),
    billing: readName(fields, 'billing', NAME_CHARS_MAX),
    created: readNumber(fields, 'created', seconds),
    ref,
  };
}

function parseObject(line: string): Fields {
  if (line.length >= SCANNED_CHARS_MIN && isTooComplex(line))
    throw refuse(`it nests deeper than ${DEPTH_MAX} levels or holds more than ${VALUES_MAX} values`);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw refuse('it is not JSON');
  }
  const object = asObject(value);
  if (object === undefined) throw refuse('it is JSON, but not an object');
  return object;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** What costs a parser is not bytes but values: 16 MiB of brackets take it seconds and hundreds of megabytes. */
function isTooComplex(line: string): boolean {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < line.length; at++) {
    const unit = line.charCodeAt(at);
    if (unit === QUOTE) {
      at = endOfString(line, at);
      if (at < 0) return false;
    } else if (unit === 0x7b || unit === 0x5b) {
      if (++depth > DEPTH_MAX || ++values > VALUES_MAX) return true;
    } else if (unit === 0x7d || unit === 0x5d) depth--;
    else if (unit === 0x2c && ++values > VALUES_MAX) return true;
  }
  return false;
}

/** Where the string that opens at `quote` closes, or -1. */
function endOfString(line: string, quote: number): number {
  for (let at = line.indexOf('"', quote + 1); at >= 0; at = line.indexOf('"', at + 1)) {
    let slashes = 0;
    while (line.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return at;
  }
  return -1;
}

function readDialogue(fields: Fields): TrafficMessage[] | null {
  const listed = fields['messages'];
  if (listed === undefined || listed === null) return null;
  if (!Array.isArray(listed)) throw refuse('messages is not a list');
  if (!(listed as unknown[]).every(isMessage))
    throw refuse('messages holds something that is not an object with a role and a content');
  return listed.length === 0 ? null : readMessages(listed);
}

function isMessage(item: unknown): boolean {
  const message = asObject(item);
  if (message === undefined || typeof message['role'] !== 'string') return false;
  const content = message['content'];
  // An answer that only calls tools has no content.
  return content === undefined || content === null || typeof content === 'string' || Array.isArray(content);
}

const PARAM_RANGES = [
  ['temperature', anyNumber],
  ['max_tokens', countedOrEndless],
  ['top_logprobs', counted],
  ['n', counted],
] as const;

function readParams(line: Fields): TrafficParams | null {
  const given = readObject(line, 'params');
  if (given === null) return null;
  const params: { -readonly [Name in keyof TrafficParams]: TrafficParams[Name] } = {};
  for (const [name, range] of PARAM_RANGES) {
    const value = readNumber(given, name, range);
    if (value !== null) params[name] = value;
  }
  const logprobs =
    typeof given['logprobs'] === 'number'
      ? readNumber(given, 'logprobs', counted)
      : readYes(given, 'logprobs');
  if (logprobs !== null) params.logprobs = logprobs;
  const stream = readYes(given, 'stream');
  if (stream !== null) params.stream = stream;
  const biases = readObject(given, 'logit_bias');
  if (biases !== null) params.logit_bias = checkBiases(biases);
  return params;
}

function checkBiases(biases: Fields): Readonly<Record<string, number>> {
  const values = Object.values(biases);
  if (values.length > BIASES_MAX) throw refuse(`logit_bias has more than ${BIASES_MAX} entries`);
  if (!values.every(Number.isFinite)) throw refuse('logit_bias holds something that is not a finite number');
  return biases as Readonly<Record<string, number>>;
}

function readNetwork(line: Fields): TrafficNetwork | null {
  const given = readObject(line, 'network');
  if (given === null) return null;
  const network: { -readonly [Name in keyof TrafficNetwork]: TrafficNetwork[Name] } = {};
  const ip = readName(given, 'ip', IP_CHARS_MAX);
  if (ip !== null) network.ip = ip;
  const asn = readNumber({ asn: bareNumber(given['asn']) }, 'asn', networkNumber);
  if (asn !== null) network.asn = asn;
  const tls = readName(given, 'tls', NAME_CHARS_MAX);
  if (tls !== null) network.tls = tls;
  const userAgent = readName(given, 'user_agent', USER_AGENT_CHARS_MAX);
  if (userAgent !== null) network.userAgent = userAgent;
  return network;
}

/** Logs write the number of a network as 64496, "64496" or "AS64496". */
function bareNumber(asn: unknown): unknown {
  const digits = typeof asn === 'string' ? /^(?:AS)?(\d{1,10})$/i.exec(asn)?.[1] : undefined;
  return digits === undefined ? asn : Number(digits);
}
