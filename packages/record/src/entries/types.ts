import {
  boolean,
  type Fields,
  integer,
  list,
  nullable,
  number,
  object,
  oneOf,
  optional,
  record,
  text,
} from './shape.ts';
import {
  commitments,
  hash32,
  id,
  limits,
  OUTCOMES,
  reasons,
  role,
  sentence,
  sha256Hex,
  standing,
  time,
} from './terms.ts';
import { CASE_FIELDS } from './case-types.ts';

// Every type of entry. Order: the ledger, who may call, what was exchanged, what was found, what people decided, what was
// erased or exported, privacy budgets, faults. Content never stands here: only commitments to it.

const accounts = list(id, 128);
/** Longest release that an entry takes; quotes in it count twice towards the entry's 8 KiB. */
export const RELEASE_CHARACTERS_MAX = 7000;
/** Fractions such as `1/1000000`, so that ten tenths are one. */
const fraction = text(80, /^\d+(\/[1-9]\d*)?$/);
const loss = { epsilon: fraction, delta: fraction };
const vkeyPair = list(text(2048), 2);
/** Who did something: an operator's name, `portcullis` for the program itself. */
const by = id;

const exchangeAdmitted = {
  exchange: id,
  account: id,
  key: id,
  endpoint: text(64),
  model: nullable(text(128)),
  stream: boolean(),
  standing,
  request_bytes: integer(),
  commitments,
};

const exchangeCompleted = {
  exchange: id,
  account: id,
  admitted: integer(),
  outcome: oneOf(...OUTCOMES),
  status: integer(0, 599),
  upstream: nullable(id),
  attempts: integer(0, 100),
  usage: object({
    input_tokens: integer(),
    output_tokens: integer(),
    source: oneOf('reported', 'estimated', 'none'),
  }),
  response_bytes: integer(),
  response_kept_bytes: integer(),
  first_byte_ms: nullable(integer()),
  duration_ms: integer(),
  commitments,
};

const finding = {
  finding: id,
  campaign: id,
  /** Earlier campaigns that turned out to be part of this one. */
  supersedes: list(id, 16),
  kind: oneOf('campaign', 'account'),
  detector: object({ name: id, version: text(32), digest: sha256Hex }),
  statistic: number(),
  bound: object({ kind: oneOf('none', 'alpha'), alpha: optional(number()), statement: sentence }),
  accounts_total: integer(1),
  accounts_sha256: sha256Hex,
  exchanges: integer(),
  first_time: time,
  last_time: time,
  ledger_size: integer(),
  signals: list(object({ name: id, sentence, count: integer(), examples: list(integer(), 8) }), 6),
  against: list(sentence, 4),
  would_have_cleared: list(sentence, 4),
};

const decision = {
  decision: id,
  case: id,
  by,
  step: oneOf('proposed', 'confirmed', 'rejected', 'final'),
  measure: oneOf('open', 'slow', 'plain', 'hold', 'closed', 'dismiss'),
  accounts: oneOf('all', 'some'),
  accounts_total: integer(),
  accounts_sha256: sha256Hex,
  rule: sentence,
  reasons,
  appeal: optional(id),
  confirms: optional(id),
};

/** The fields of every type besides `type`, `version` and `time`. */
export const ENTRY_FIELDS = {
  'ledger.opened': { origin: text(255), vkeys: list(text(2048), 4), software: text(64), runtime: text(64) },
  /** The ledger's keys change: the pair that ends and the pair that begins, as verifier keys. The last entry of the handover's checkpoint. */
  'ledger.keys_rotated': { retired: vkeyPair, vkeys: vkeyPair, by, reason: reasons },
  /** The vault's data keys are wrapped by another master key from here on; both by their ids. */
  'vault.key_rotated': { from: id, to: id, keys: integer(), by, reason: reasons },
  'operator.added': { operator: id, role, token_sha256: sha256Hex, by },
  'operator.removed': { operator: id, by, reason: reasons },
  /** A person can sign in to the console by something of their own from here on; what it is stays out of the ledger. */
  'credential.added': { operator: id, kind: oneOf('password', 'passkey'), by },
  'credential.removed': { operator: id, kind: oneOf('password', 'passkey'), by },
  'account.created': { account: id, by, ...limits },
  'account.limited': { account: id, by, ...limits },
  'key.issued': { key: id, account: id, key_sha256: sha256Hex, by },
  'key.revoked': { key: id, account: id, by, reason: reasons },
  'exchange.admitted': exchangeAdmitted,
  'exchange.completed': exchangeCompleted,
  'exchange.refused': {
    account: nullable(id),
    key: nullable(id),
    endpoint: text(64),
    code: id,
    status: integer(400, 599),
    count: integer(1),
    first_time: time,
  },
  finding,
  'finding.members': { finding: id, part: integer(1), parts: integer(1), accounts },
  'case.opened': { case: id, finding: id, campaign: id, priority: integer() },
  'case.extended': { case: id, finding: id, campaign: id },
  'evidence.viewed': { case: id, by, items: list(text(128), 32) },
  decision,
  'decision.members': { decision: id, part: integer(1), parts: integer(1), accounts },
  appeal: { appeal: id, case: id, account: id, by, commitments },
  ...CASE_FIELDS,
  'standing.set': { accounts, standing, case: nullable(id), decision: nullable(id), by, reason: reasons },
  'policy.loaded': { digest: sha256Hex, settings: record(/^[a-z][A-Za-z0-9_.]{0,63}$/, text(200), 40) },
  'content.erased': {
    account: nullable(id),
    scope: oneOf('account', 'age'),
    before: nullable(time),
    by,
    reason: reasons,
    legal_basis: sentence,
  },
  'hold.placed': { account: id, by, reason: reasons },
  'hold.lifted': { account: id, by, reason: reasons },
  'bundle.exported': {
    bundle: id,
    case: id,
    manifest_sha256: sha256Hex,
    by,
    requester: sentence,
    purpose: sentence,
    legal_basis: sentence,
    entries: integer(),
  },
  /** Privacy loss is taken from the budget of every window that is named; it counts as spent from here on, whatever becomes of it. */
  'budget.reserved': {
    reservation: id,
    unit: id,
    adjacency: oneOf('add-remove', 'replace-one'),
    windows: list(id, 36),
    ...loss,
    /** What every window may lose in all, by the settings of that moment. */
    limit: object(loss),
    purpose: sentence,
    by,
  },
  /** What a reservation was for, before anybody sees it; null where it was cut off, which is spent for nothing. The digest is of its UTF-8. */
  'budget.spent': {
    reservation: id,
    ...loss,
    release: nullable(text(RELEASE_CHARACTERS_MAX)),
    release_sha256: nullable(sha256Hex),
  },
  fault: {
    kind: oneOf('restart', 'interrupted', 'gap', 'clock_step', 'witness', 'detector', 'storage'),
    detail: sentence,
    exchanges: optional(list(id, 64)),
  },
  'witness.cosigned': { size: integer(), root: hash32, witness: text(255) },
} as const satisfies Record<string, Fields>;

export type EntryType = keyof typeof ENTRY_FIELDS;
export const ENTRY_TYPES = Object.keys(ENTRY_FIELDS) as EntryType[];
/** The version of every type that is written today. Older versions stay readable; each has a golden file. */
export const ENTRY_VERSION = 1;

export const envelope = { type: oneOf(...ENTRY_TYPES), version: integer(1, ENTRY_VERSION), time } as const;
