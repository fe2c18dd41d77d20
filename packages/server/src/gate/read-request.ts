import { isUtf8 } from 'node:buffer';
import { EXTRAS } from './plain-request.ts';
import { NO_LIMITS, type RequestLimits, readLimits } from './read-limits.ts';
import { type Refusal, refuse } from './refusal.ts';
import type { Route } from './routes.ts';
import { foldCase, scanJson } from './scan-json.ts';

/** What the gate needs to know of a request; the body itself goes on as it came. */
export type ReadRequest = {
  readonly model: string | null;
  readonly stream: boolean;
  readonly limits: RequestLimits;
  /** The body as parsed; null where it is not JSON that the gate reads. */
  readonly body: Readonly<Record<string, unknown>> | null;
};

const MODEL_CHARS_MAX = 128;
const UNREAD: ReadRequest = { model: null, stream: false, limits: NO_LIMITS, body: null };
/** Fields the gate or an upstream acts on: another spelling by case would be read by some and not by others. */
const EXACT = new Set<string>([
  'model',
  'stream',
  'messages',
  'input',
  'prompt',
  'max_tokens',
  'max_completion_tokens',
  'max_output_tokens',
  ...EXTRAS,
]);

/**
 * Reads and checks a body on the side. Of passed-through paths, only what says that it is JSON is read, or, from an account in
 * standing `plain`, whatever is no form: an upstream may read JSON that says it is something else.
 */
export function readRequest(
  route: Route,
  contentType: string | undefined,
  bytes: Buffer,
  plain: boolean,
): ReadRequest | Refusal {
  if (!route.json) {
    const read = plain ? !isForm(contentType, bytes) : /^application\/json\b/i.test(contentType ?? '');
    if (!read || bytes.length === 0) return UNREAD;
  }
  const body = parseBody(bytes);
  if ('status' in body && 'code' in body) return body as Refusal;
  return readFields(route, (body as { value: Readonly<Record<string, unknown>> }).value);
}

/** A form begins with its boundary (RFC 2046, section 5.1.1; no client sends a preamble), which no JSON does. */
function isForm(contentType: string | undefined, bytes: Buffer): boolean {
  return (
    /^multipart\/form-data\b/i.test(contentType ?? '') && bytes.subarray(0, 2).toString('latin1') === '--'
  );
}

function parseBody(bytes: Buffer): { value: Readonly<Record<string, unknown>> } | Refusal {
  if (bytes.length === 0) return refuse(400, 'invalid_json', 'The body is empty; send a JSON object.');
  if (!isUtf8(bytes)) return refuse(400, 'invalid_utf8', 'The body is not valid UTF-8.');
  const doubtful = scanJson(bytes);
  if (doubtful !== undefined) return doubtful;
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return refuse(400, 'invalid_json', 'The body is not valid JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse(400, 'invalid_json', 'The body is JSON but not an object.');
  }
  for (const field of Object.keys(value)) {
    if (!EXACT.has(field) && EXACT.has(foldCase(field))) {
      const name = foldCase(field);
      return refuse(
        400,
        'duplicate_field',
        `A field is spelt like '${name}' but for case; write '${name}'.`,
        name,
      );
    }
  }
  return { value: value as Readonly<Record<string, unknown>> };
}

function readFields(route: Route, body: Readonly<Record<string, unknown>>): ReadRequest | Refusal {
  const { model, stream } = body;
  if (model === undefined ? route.json : typeof model !== 'string' || model === '') {
    return refuse(400, 'invalid_type', `'model' must be a model's name; ask GET /v1/models.`, 'model');
  }
  if (typeof model === 'string' && (model.length > MODEL_CHARS_MAX || !model.isWellFormed())) {
    return refuse(400, 'invalid_type', `'model' must have at most ${MODEL_CHARS_MAX} characters.`, 'model');
  }
  if (stream !== undefined && stream !== null && typeof stream !== 'boolean') {
    return refuse(400, 'invalid_type', `'stream' must be true or false.`, 'stream');
  }
  const wrong = checkContent(route, body);
  if (wrong !== undefined) return wrong;
  const limits = readLimits(route.endpoint, body);
  if ('code' in limits) return limits;
  return {
    model: typeof model === 'string' ? model : null,
    stream: stream === true,
    limits,
    body,
  };
}

/** The type of the field that holds the prompt; whatever else an upstream wants, it says itself. */
function checkContent(route: Route, body: Readonly<Record<string, unknown>>): Refusal | undefined {
  const list = route.endpoint.includes('/messages') || route.endpoint === '/v1/chat/completions';
  if (list && route.json && !Array.isArray(body['messages'])) {
    return refuse(400, 'invalid_type', `'messages' must be a list of messages.`, 'messages');
  }
  const name = route.endpoint === '/v1/completions' ? 'prompt' : 'input';
  const value = body[name];
  if (list || !route.json || value === undefined || value === null) return undefined;
  return typeof value === 'string' || Array.isArray(value)
    ? undefined
    : refuse(400, 'invalid_type', `'${name}' must be text or a list.`, name);
}
