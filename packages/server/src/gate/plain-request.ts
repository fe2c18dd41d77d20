import { type Refusal, refuse } from './refusal.ts';

/**
 * What an account in standing `plain` may not ask for: it gets text, and nothing that tells more about the model's distribution
 * than that text. `include` is the Responses API's way to ask for log probabilities.
 */
const EXTRAS = ['logprobs', 'top_logprobs', 'logit_bias', 'n', 'best_of', 'include'] as const;
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
    return name === 'logprobs' || value !== 0;
  });
}

/** The body without its extras, for an account in standing `plain`. Undefined where there are none and the bytes can stay. */
export function stripExtras(body: Body): Buffer | undefined {
  const extras = findExtras(body);
  if (extras.length === 0) return undefined;
  const edited: Record<string, unknown> = { ...body };
  for (const name of extras) {
    if (name === 'include') {
      edited['include'] = (body['include'] as unknown[]).filter((item) => item !== LOGPROBS_INCLUDE);
    } else delete edited[name];
  }
  // Without logprobs, a count of them is refused by upstreams.
  delete edited['top_logprobs'];
  return Buffer.from(JSON.stringify(edited));
}

export function refuseExtras(body: Body, contact: string): Refusal | undefined {
  const [name] = findExtras(body);
  if (name === undefined) return undefined;
  const rule = `This account's standing is 'plain': '${name}' is not allowed. Leave it out. To be heard: ${contact}`;
  return refuse(403, 'sampling_not_allowed', rule, name);
}
