import { defaultThresholds } from '@portcullis/detection';
import { LIMIT_MAX } from '../accounts/account.ts';
import { DEFAULT_MASTER_KEY } from './config.ts';
import { openIdSchema } from './openid-settings.ts';
import { privacySchema } from './privacy-settings.ts';
import {
  type SettingSchema,
  section,
  wholeNumber,
  wholeNumberOrNone,
  words,
  wordsOrNone,
} from './setting-shapes.ts';
import { upstreamSchema } from './upstream-schema.ts';
import { witnessesSchema, witnessingSchema } from './witness-settings.ts';

// The one place where a setting has its name, limits, default and words: the checks, `portcullis init`, the editor's help
// and the table in docs/operating.md all come from here. Units stand at the end of a name; values are plain numbers.

const DAY_MS = 86_400_000;
const GIB = 1024 ** 3;
/** What the ledger takes in one piece (SEALED_BYTES_MAX, 128 MiB), less what is sealed with it. */
const CONTENT_BYTES_MAX = 120 * 1024 ** 2;
const host = (what: string): SettingSchema =>
  words(`Address ${what} listens on.`, {
    default: '127.0.0.1',
    maxLength: 255,
    pattern: '^[A-Za-z0-9.:_-]+$',
  });
const port = (what: string, standard: number): SettingSchema =>
  wholeNumber(`Port ${what} listens on; 0 takes a free one.`, {
    default: standard,
    minimum: 0,
    maximum: 65535,
  });

const gate = section('The HTTP data plane that callers talk to.', {
  host: host('the gate'),
  port: port('the gate', 8470),
  workers: wholeNumber(
    'Gate threads. Left out: one less than there are cores, at least one, as ledger, detector and projections need as much as one.',
    { minimum: 1, maximum: 256 },
  ),
  bodyBytesMax: wholeNumber('Largest request body.', {
    default: 33_554_432,
    minimum: 1024,
    maximum: CONTENT_BYTES_MAX,
  }),
  headerBytesMax: wholeNumber('Largest request head.', {
    default: 32_768,
    minimum: 1024,
    maximum: 1_048_576,
  }),
  headersTimeoutMs: wholeNumber('Time for a caller to send all headers.', {
    default: 10_000,
    minimum: 100,
    maximum: 600_000,
  }),
  bodyIdleTimeoutMs: wholeNumber(
    'Longest silence of a caller while it sends its body, of which 500 bytes a second must come.',
    {
      default: 30_000,
      minimum: 100,
      maximum: 600_000,
    },
  ),
  bodyMemoryBytesMax: wholeNumber('Request bodies in memory at once, in one thread; beyond it, 503.', {
    default: 268_435_456,
    minimum: 1024,
    maximum: 64 * GIB,
  }),
  connectionsMax: wholeNumber('Connections of callers to one thread; beyond it, new ones are closed.', {
    default: 16_384,
    minimum: 1,
    maximum: 1_000_000,
  }),
  exchangesMax: wholeNumber('Exchanges that run at once in one thread; beyond it, 503.', {
    default: 10_000,
    minimum: 1,
    maximum: 1_000_000,
  }),
  admissionTimeoutMs: wholeNumber('Longest wait of an exchange for the ledger; then 503.', {
    default: 10_000,
    minimum: 100,
    maximum: 600_000,
  }),
  drainTimeoutMs: wholeNumber('Time to finish running exchanges after SIGTERM.', {
    default: 30_000,
    minimum: 0,
    maximum: 3_600_000,
  }),
  allowPaths: {
    type: 'array',
    description: 'Further paths that are passed through, such as /v1/files.',
    default: [],
    maxItems: 64,
    items: words('A path.', { pattern: '^/[A-Za-z0-9/_.~-]*$', maxLength: 256 }),
  },
});

const admin = section('The API that operators and reviewers use.', {
  host: host('the admin API'),
  port: port('the admin API', 8471),
  publicUrl: wordsOrNone(
    'Where browsers reach console and admin API, such as https://portcullis.example, when something with TLS stands in front; null where that is host and port.',
    { pattern: '^https?://[A-Za-z0-9.:-]+$', maxLength: 255 },
  ),
  openid: openIdSchema,
});

const hearing = section(
  'The page where the holder of an account that is held sees why, and answers, by a link. It needs no operator token and serves nothing else.',
  {
    host: host('it'),
    port: wholeNumberOrNone('Port it listens on; null does not serve it, 0 takes a free one.', {
      minimum: 0,
      maximum: 65535,
    }),
    publicUrl: {
      type: ['string', 'null'],
      description:
        'What links begin with, such as https://example.org/hearing; null for the address it listens on.',
      default: null,
      maxLength: 500,
      pattern: '^https?://[^\\s#?]+$',
    },
  },
);

const ledger = section('The append-only log of everything that happened.', {
  origin: words("The log's name in checkpoints; stays the same for the ledger's life.", {
    default: 'portcullis.localhost/ledger',
    maxLength: 255,
    pattern: '^[A-Za-z0-9._~:/-]+$',
  }),
  publishIntervalMs: wholeNumber('Longest time between a commit and its publication.', {
    default: 200,
    minimum: 1,
    maximum: 60_000,
  }),
  pendingEntriesMax: wholeNumber('Entries that may wait for durability, per gate thread; beyond it, 503.', {
    default: 4096,
    minimum: 1,
    maximum: 1_000_000,
  }),
  pendingBytesMax: wholeNumber('Bytes that may wait for durability, per gate thread; beyond it, 503.', {
    default: 134_217_728,
    minimum: 65_536,
    maximum: 16 * GIB,
  }),
  archiveIntervalMs: wholeNumber('How often a checkpoint is kept for later consistency proofs.', {
    default: 60_000,
    minimum: 1000,
    maximum: DAY_MS,
  }),
  startCheck: words(
    'What a start checks before it serves: all that fsck does, or only the edge (lock, signatures, newest tiles, staging), which takes no longer for a large ledger.',
    { enum: ['all', 'edge'], default: 'all' },
  ),
});

const masterKey: SettingSchema = {
  type: 'object',
  description:
    'Where the key that wraps all data keys is: {file: path}, made at first start, or {env: NAME} of a variable with 32 bytes in base64.',
  default: DEFAULT_MASTER_KEY,
  additionalProperties: false,
  minProperties: 1,
  maxProperties: 1,
  properties: {
    file: words('A file; a relative path starts in dataDir.', { maxLength: 4096 }),
    env: words('The name of an environment variable.', {
      pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
      maxLength: 255,
    }),
  },
};

const vault = section('Encrypted content of exchanges, outside the ledger.', {
  masterKey,
  retentionDays: wholeNumberOrNone('Content older than this is erased; null keeps it.', {
    default: 90,
    minimum: 1,
    maximum: 36_500,
  }),
  responseBytesMax: wholeNumber('Bytes of an answer that are kept; all of it is always committed to.', {
    default: 1_048_576,
    minimum: 0,
    maximum: CONTENT_BYTES_MAX,
  }),
});

const limits = section('Limits of accounts that have none of their own; null means no limit.', {
  requestsPerMinute: wholeNumberOrNone('Requests a minute.', { default: 6000, minimum: 0, maximum: 1e9 }),
  tokensPerMinute: wholeNumberOrNone('Tokens a minute, in and out.', {
    default: 4_000_000,
    minimum: 0,
    maximum: LIMIT_MAX,
  }),
  tokensPerDay: wholeNumberOrNone('Tokens a day, in and out.', { minimum: 0, maximum: LIMIT_MAX }),
});

const standing = section('What a standing does to an account.', {
  slow: section('Standing slow.', {
    delayMs: wholeNumber('Delay of every answer.', { default: 2000, minimum: 0, maximum: 60_000 }),
    limitsFactor: {
      type: 'number',
      description: "The account's limits are multiplied by this.",
      default: 0.25,
      minimum: 0,
      maximum: 1,
    },
  }),
  plain: words('What happens to logprobs, logit_bias and n > 1 in standing plain: strip or refuse.', {
    enum: ['strip', 'refuse'],
    default: 'strip',
  }),
});

const detection = section('Finding campaigns in what the ledger recorded.', {
  enabled: { type: 'boolean', description: 'Whether detectors run.', default: true },
  benign: {
    type: 'array',
    description:
      'Files of benign traffic as `portcullis hunt` reads them, to calibrate a detector on whose findings have an error bound; a relative path starts in the folder of this file. Without any there is no such detector.',
    default: [],
    maxItems: 1000,
    items: words('A file.', { maxLength: 4096 }),
  },
  alpha: {
    type: 'number',
    description:
      'Most a benign account may be named with by the calibrated detector, in one watch. It needs at least 2 / alpha benign accounts; 10 / alpha serve it well.',
    default: 0.01,
    minimum: 0.0001,
    maximum: 0.5,
  },
  thresholds: {
    type: 'object',
    description: 'Overrides of the shared-template detector, by name.',
    default: {},
    additionalProperties: false,
    properties: Object.fromEntries(
      Object.entries(defaultThresholds).map(([name, value]) => [
        name,
        { type: 'number', minimum: 0, maximum: 1e12, description: `Standard: ${value}.` },
      ]),
    ),
  },
});

const cases = section('How people work on cases.', {
  decideHours: wholeNumber(
    'Time to decide a case, from its opening; a missed deadline is recorded and raised.',
    {
      default: 72,
      minimum: 1,
      maximum: 8760,
    },
  ),
  appealHours: wholeNumber('Time to decide an appeal, from when it was made.', {
    default: 168,
    minimum: 1,
    maximum: 8760,
  }),
  undoSeconds: wholeNumber(
    'How long a decision can be undone before it takes effect; 0 lets it take effect at once.',
    { default: 60, minimum: 0, maximum: 86_400 },
  ),
  linkDays: wholeNumber('How long the link of an account works where nobody says otherwise.', {
    default: 90,
    minimum: 1,
    maximum: 365,
  }),
  alarmDecisions: wholeNumber(
    'Decisions or views of a person after which their figures may raise an alarm.',
    {
      default: 10,
      minimum: 2,
      maximum: 1000,
    },
  ),
  alarmDwellSeconds: wholeNumber(
    'An alarm is raised where a person’s median time from opening evidence to deciding is below this.',
    { default: 60, minimum: 1, maximum: 86_400 },
  ),
  leaseMinutes: wholeNumber('How long a case is the one’s who took it, before they extend it.', {
    default: 30,
    minimum: 1,
    maximum: 1440,
  }),
});

/** JSON Schema (draft 7) of `portcullis.yaml`, with a default for every setting that may be left out. */
export const settingsSchema: SettingSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    dataDir: words('Where everything is kept; a relative path starts in the folder of this file.', {
      default: 'portcullis-data',
      maxLength: 4096,
    }),
    practice: {
      type: 'boolean',
      description: 'Answer from the built-in practice upstream and rehearse; no model is called.',
      default: false,
    },
    upstreams: {
      type: 'array',
      description: 'Model providers. Left out, OPENAI_API_KEY and ANTHROPIC_API_KEY make them.',
      default: [],
      maxItems: 32,
      items: upstreamSchema,
    },
    gate,
    admin,
    hearing,
    ledger,
    witnesses: witnessesSchema,
    witnessing: witnessingSchema,
    vault,
    limits,
    standing,
    contact: words('Told to a caller who is held or closed: how to be heard.', {
      default: 'Ask the operator of this gateway for a review.',
      maxLength: 500,
    }),
    detection,
    privacy: privacySchema,
    cases,
  },
};
