import { type SettingSchema, section, wholeNumber, words } from './setting-shapes.ts';

const DAY_MS = 86_400_000;

/** A verifier key of a cosigner or a log; one of ML-DSA-44 has 1,752 characters after its name. */
export const vkeySchema = words('A verifier key, name+hash+base64.', {
  maxLength: 2600,
  pattern: '^[^\\s+]+\\+[0-9a-f]{8}\\+[A-Za-z0-9+/]+=*$',
});

/** Who is asked to cosign. More than twelve would make a receipt larger than its readers take. */
export const witnessesSchema: SettingSchema = {
  type: 'array',
  description:
    'Witnesses that are asked to cosign checkpoints (c2sp.org/tlog-witness); run by others than you.',
  default: [],
  maxItems: 12,
  items: {
    type: 'object',
    description: 'A witness.',
    additionalProperties: false,
    required: ['name', 'url', 'vkeys'],
    properties: {
      name: words('What it is called here: in status, metrics and the policy.', {
        maxLength: 64,
        pattern: '^[a-z0-9][a-z0-9._-]*$',
      }),
      url: words('Its submission prefix; add-checkpoint is below it.', {
        maxLength: 2048,
        pattern: '^https?://',
      }),
      vkeys: {
        type: 'array',
        description: 'Its verifier keys of type 0x04 and 0x06. A cosignature by each is asked for.',
        minItems: 1,
        maxItems: 2,
        items: vkeySchema,
      },
    },
  },
};

export const witnessingSchema = section('How witnesses are asked.', {
  quorum: {
    type: ['string', 'integer'],
    description:
      'How many of the witnesses make a checkpoint a witnessed one: all, any or a number. What your readers demand is for their trust file to say.',
    default: 'all',
    pattern: '^(all|any)$',
    minimum: 1,
    maximum: 12,
  },
  intervalMs: wholeNumber('Least time between two checkpoints that witnesses are asked about.', {
    default: 5000,
    minimum: 50,
    maximum: DAY_MS,
  }),
  timeoutMs: wholeNumber('Time for a witness to answer.', { default: 10_000, minimum: 50, maximum: 600_000 }),
  retryMaxMs: wholeNumber('Longest time until a witness that failed is asked again; it doubles up to this.', {
    default: 300_000,
    minimum: 50,
    maximum: DAY_MS,
  }),
  recordIntervalMs: wholeNumber(
    'Least time between two entries witness.cosigned of one witness; each keeps its checkpoint, too.',
    { default: 600_000, minimum: 0, maximum: DAY_MS },
  ),
});
