import { type SettingSchema, wholeNumber, words } from './setting-shapes.ts';

/** One model provider. */
export const upstreamSchema: SettingSchema = {
  type: 'object',
  description: 'A model provider.',
  additionalProperties: false,
  required: ['name', 'shape', 'baseUrl'],
  properties: {
    name: words('Its name in the ledger and in metrics.', {
      maxLength: 64,
      pattern: '^[a-z0-9][a-z0-9._-]*$',
    }),
    shape: words('The API it speaks: openai or anthropic.', { enum: ['openai', 'anthropic'] }),
    baseUrl: words('Its address without /v1.', { maxLength: 2048, pattern: '^https?://' }),
    apiKey: {
      type: ['string', 'null'],
      description:
        "Sent in place of the caller's key; write it as an environment reference. Null sends none.",
      default: null,
      minLength: 1,
      maxLength: 4096,
      // Visible ASCII: anything else could end a header line.
      pattern: '^[!-~]+$',
    },
    models: {
      type: 'array',
      description:
        'Names of the models it serves, * as wildcard; the first upstream that serves one is tried first.',
      default: ['*'],
      maxItems: 256,
      items: words('A model name.', { maxLength: 128 }),
    },
    connectTimeoutMs: wholeNumber('Time to connect.', { default: 5000, minimum: 1, maximum: 120_000 }),
    headersTimeoutMs: wholeNumber('Time to the response headers.', {
      default: 600_000,
      minimum: 1,
      maximum: 3_600_000,
    }),
    idleTimeoutMs: wholeNumber('Longest silence within an answer.', {
      default: 120_000,
      minimum: 1,
      maximum: 3_600_000,
    }),
    connectionsMax: wholeNumber('Connections of one gate thread.', {
      default: 256,
      minimum: 1,
      maximum: 65_535,
    }),
    attempts: wholeNumber('Tries on this upstream before the next one, all before the first byte.', {
      default: 2,
      minimum: 1,
      maximum: 10,
    }),
  },
};
