/** An upstream as `portcullis.yaml` would say it; the rest are defaults. */
export type UpstreamSetting = {
  readonly name: string;
  readonly shape: 'openai' | 'anthropic';
  readonly baseUrl: string;
  readonly apiKey: string | null;
};

/**
 * The upstreams that the variables of the providers' own clients describe: `OPENAI_API_KEY`, `OPENAI_BASE_URL`,
 * `ANTHROPIC_API_KEY`, `ANTHROPIC_BASE_URL`. An address alone is enough (a model server that wants no key).
 */
export function environmentUpstreams(env: Readonly<Record<string, string | undefined>>): UpstreamSetting[] {
  const providers = [
    { name: 'openai', prefix: 'OPENAI', baseUrl: 'https://api.openai.com' },
    { name: 'anthropic', prefix: 'ANTHROPIC', baseUrl: 'https://api.anthropic.com' },
  ] as const;
  return providers.flatMap(({ name, prefix, baseUrl }) => {
    const apiKey = env[`${prefix}_API_KEY`]?.trim() || null;
    const address = env[`${prefix}_BASE_URL`]?.trim() || null;
    if (apiKey === null && address === null) return [];
    return [{ name, shape: name, baseUrl: address ?? baseUrl, apiKey }];
  });
}

/** Clients are given the address with `/v1` (OpenAI) or without it (Anthropic); the gate wants it without. */
export function withoutVersion(baseUrl: string): string {
  return baseUrl.replace(/\/+$/, '').replace(/\/v1$/, '');
}
