import {
  asObject,
  flattenContent,
  lastUserText,
  readMessages,
  systemText,
  TEXT_CHARS_MAX,
  type Traffic,
  type TrafficMessage,
  type TrafficNetwork,
  type TrafficParams,
} from '@portcullis/detection';
import type { EntryNamed } from '@portcullis/record';

// From a recorded exchange to what a detector reads. Bodies are attacker-controlled: whatever does not have the expected
// type is passed over, and a body that is not JSON still counts as an exchange with its text as the prompt.

type Json = Readonly<Record<string, unknown>>;

/** What the vault kept of an exchange: UTF-8 or arbitrary bytes by part name. */
export type ExchangeContent = {
  readonly request?: Uint8Array;
  readonly response?: Uint8Array;
  readonly network?: Uint8Array;
};

/**
 * @param admitted the admission entry and its ledger index
 * @param completed the completion entry, for token counts
 * @param createdSeconds when the account was created, Unix seconds, where known
 */
export function trafficFromExchange(
  admitted: { entry: EntryNamed<'exchange.admitted'>; index: number },
  completed: EntryNamed<'exchange.completed'>,
  content: ExchangeContent,
  createdSeconds: number | null,
): Traffic {
  const body = parseObject(content.request);
  const messages = body === undefined ? [] : dialogueOf(body);
  const counted = completed.usage.source !== 'none';
  return {
    time: Date.parse(admitted.entry.time) / 1000,
    account: admitted.entry.account,
    model: admitted.entry.model,
    system: body === undefined ? null : readSystem(body, messages),
    prompt: readPrompt(body, messages, content.request),
    messages: messages.length === 0 ? null : messages,
    params: body === undefined ? null : readParams(body),
    response: content.response === undefined ? null : readText(content.response),
    inputTokens: counted ? completed.usage.input_tokens : null,
    outputTokens: counted ? completed.usage.output_tokens : null,
    network: readNetwork(content.network),
    billing: null,
    created: createdSeconds,
    ref: admitted.index,
  };
}

/** The last text the caller wrote in what was kept of a request; empty where nothing can be read. */
export function promptOf(content: ExchangeContent): string {
  const body = parseObject(content.request);
  return readPrompt(body, body === undefined ? [] : dialogueOf(body), content.request);
}

/** The last text the caller wrote, whatever the API: messages, `input` of the Responses API, `prompt` of completions. */
function readPrompt(
  body: Json | undefined,
  messages: readonly TrafficMessage[],
  raw: Uint8Array | undefined,
): string {
  if (body === undefined) return raw === undefined ? '' : readText(raw);
  return lastUserText(messages) ?? flattenContent(body['prompt'] ?? body['input']);
}

function dialogueOf(body: Json): TrafficMessage[] {
  const listed = [body['messages'], body['input']].find(Array.isArray);
  return readMessages((listed ?? []) as readonly unknown[]);
}

function readSystem(body: Json, messages: readonly TrafficMessage[]): string | null {
  const direct = body['system'] ?? body['instructions'];
  return direct === undefined || direct === null ? systemText(messages) : flattenContent(direct);
}

function readParams(body: Json): TrafficParams {
  const params: Record<string, unknown> = {};
  for (const name of ['temperature', 'max_tokens', 'top_logprobs', 'n'] as const) {
    if (typeof body[name] === 'number') params[name] = body[name];
  }
  const limit = body['max_completion_tokens'] ?? body['max_output_tokens'];
  if (typeof limit === 'number') params['max_tokens'] = limit;
  if (typeof body['logprobs'] === 'boolean' || typeof body['logprobs'] === 'number')
    params['logprobs'] = body['logprobs'];
  if (typeof body['stream'] === 'boolean') params['stream'] = body['stream'];
  if (asObject(body['logit_bias']) !== undefined) params['logit_bias'] = body['logit_bias'];
  return params;
}

function readNetwork(bytes: Uint8Array | undefined): TrafficNetwork | null {
  const given = parseObject(bytes);
  if (given === undefined) return null;
  const network: { ip?: string; userAgent?: string } = {};
  if (typeof given['ip'] === 'string') network.ip = given['ip'];
  if (typeof given['user_agent'] === 'string') network.userAgent = given['user_agent'];
  return network;
}

function readText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, TEXT_CHARS_MAX)).toString('utf8');
}

function parseObject(bytes: Uint8Array | undefined): Json | undefined {
  if (bytes === undefined) return undefined;
  try {
    return asObject(JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')));
  } catch {
    return undefined;
  }
}
