import { editMembers } from './edit-members.ts';
import { type Refusal, refuse } from './refusal.ts';

/**
 * What an account in standing `plain` may not ask for: it gets text, and nothing that tells more about the model's distribution
 * than that text. `include` is the Responses API's way to ask for log probabilities; the second row are fields of servers that
 * speak the OpenAI API and know more than it: vLLM, SGLang, llama.cpp.
 */
export const EXTRAS = [
  ...(['logprobs', 'top_logprobs', 'logit_bias', 'n', 'best_of', 'include'] as const),
  ...([
    'prompt_logprobs',
    'allowed_token_ids',
    'use_beam_search',
    'return_hidden_states',
    'n_probs',
  ] as const),
] as const;
const LOGPROBS_INCLUDE = 'message.output_text.logprobs';

type Body = Readonly<Record<string, unknown>>;

/** The names of extras that a body really asks for; `n: 1`, `logprobs: false` and an empty bias ask for nothing. */
export function findExtras(body: Body): string[] {
  return EXTRAS.filter((name) => {
    const value = body[name];
    if (value === undefined || value === null || value === false) return false;
    if (name === 'n' || name === 'best_of') return value !== 1;
    if (name === 'include') return Array.isArray(value) && value.includes(LOGPROBS_INCLUDE);
    if (name === 'logit_bias') return typeof value !== 'object' || Object.keys(value).length > 0;
    // `logprobs: 0` of completions still tells the chosen token's probability; `top_logprobs: 0` alone tells nothing.
    return name === 'logprobs' || name === 'prompt_logprobs' || value !== 0;
  });
}

/**
 * A request's bytes without its extras, for an account in standing `plain`; the very same where there are none.
 * @param body what the bytes hold
 */
export function stripExtras(bytes: Buffer, body: Body): Buffer {
  const extras = findExtras(body);
  if (extras.length === 0) return bytes;
  const edits = new Map<string, string | null>(extras.map((name) => [name, null]));
  if (edits.has('include')) {
    const others = (body['include'] as unknown[]).filter((item) => item !== LOGPROBS_INCLUDE);
    edits.set('include', JSON.stringify(others));
  }
  // Without logprobs, a count of them is refused by upstreams.
  edits.set('top_logprobs', null);
  return editMembers(bytes, edits);
}

export function refuseExtras(body: Body, contact: string): Refusal | undefined {
  const [name] = findExtras(body);
  return name === undefined ? undefined : refuseExtra(name, contact);
}

/** The same where it is asked for in the address, as of stored responses; nothing can be stripped there. */
export function refuseQueryExtras(url: string, contact: string): Refusal | undefined {
  const query = url.indexOf('?');
  if (query < 0) return undefined;
  for (const [name, value] of new URLSearchParams(url.slice(query + 1))) {
    if (/logprobs/i.test(`${name} ${value}`)) return refuseExtra(name.slice(0, 64), contact);
  }
  return undefined;
}

function refuseExtra(name: string, contact: string): Refusal {
  const rule = `This account's standing is 'plain': '${name}' is not allowed. Leave it out. To be heard: ${contact}`;
  return refuse(403, 'sampling_not_allowed', rule, name);
}
