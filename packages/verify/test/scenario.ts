import { base64, commit, createEntry, deriveSalt, type Entry, sha256, utf8 } from '@portcullis/record';
import { createHash } from 'node:crypto';

// One small case from opening to appeal, as a ledger would hold it. Everything is fixed, so that golden files can be made again.

export const ORIGIN = 'ledger.example/verify';
export const CASE = 'case-1';
const START_MS = Date.UTC(2026, 2, 1, 12, 0, 0, 0);
const STEP_MS = 1000;

/** The secret of a committed field, as the vault would keep it. */
export type Opening = {
  readonly salt: Uint8Array;
  readonly value: Uint8Array;
  readonly content: Uint8Array | null;
};
export type Recorded = { readonly entry: Entry; readonly openings: Readonly<Record<string, Opening>> };

export function timeOf(index: number): string {
  return new Date(START_MS + index * STEP_MS).toISOString();
}

/** SHA-256 of the sorted ids joined by newline, in hexadecimal. */
export function digestOfAccounts(accounts: readonly string[]): string {
  return createHash('sha256')
    .update([...accounts].sort().join('\n'))
    .digest('hex');
}

/** Entries by a list of makers, each told its index. A maker gives the body and what it commits to. */
export type Draft = {
  readonly type: Entry['type'];
  readonly body: object;
  readonly contents?: Readonly<Record<string, string>>;
};

export function recordDrafts(drafts: readonly Draft[]): Recorded[] {
  return drafts.map(({ type, body, contents }, index) => {
    const openings: Record<string, Opening> = {};
    const commitments: Record<string, string> = {};
    const seed = sha256(utf8(`seed ${index}`));
    for (const [field, text] of Object.entries(contents ?? {})) {
      const content = utf8(text);
      const value = field.endsWith('_sha256') ? sha256(content) : content;
      const salt = deriveSalt(seed, field);
      openings[field] = { salt, value, content };
      commitments[field] = base64(commit(`${type}/${field}`, salt, value));
    }
    const full = contents === undefined ? body : { ...body, commitments };
    return { entry: createEntry(type, START_MS + index * STEP_MS, full as never) as Entry, openings };
  });
}

const admitted = (exchange: string, account: string): Draft => ({
  type: 'exchange.admitted',
  body: {
    exchange,
    account,
    key: `key-${account}`,
    endpoint: '/v1/chat/completions',
    model: 'model-large',
    stream: false,
    standing: 'open',
    request_bytes: 64,
  },
  contents: {
    request_sha256: `{"messages":["${exchange}"],"model":"model-large"}`,
    template: `template of ${exchange}`,
  },
});
const completed = (exchange: string, account: string, index: number): Draft => ({
  type: 'exchange.completed',
  body: {
    exchange,
    account,
    admitted: index,
    outcome: 'complete',
    status: 200,
    upstream: 'practice',
    attempts: 1,
    usage: { input_tokens: 9, output_tokens: 3, source: 'reported' },
    response_bytes: 20,
    response_kept_bytes: 20,
    first_byte_ms: 4,
    duration_ms: 9,
  },
  contents: { response_sha256: `{"answer":"${exchange}"}` },
});
const account = (name: string): Draft => ({ type: 'account.created', body: { account: name, by: 'adam' } });
const key = (name: string): Draft => ({
  type: 'key.issued',
  body: { key: `key-${name}`, account: name, key_sha256: 'ab'.repeat(32), by: 'adam' },
});
const operator = (name: string): Draft => ({
  type: 'operator.added',
  body: { operator: name, role: 'reviewer', token_sha256: 'cd'.repeat(32), by: 'portcullis' },
});

export function decision(fields: {
  decision: string;
  by: string;
  step: string;
  measure: string;
  members: readonly string[];
  accounts?: string;
  reasons?: string;
  appeal?: string;
  confirms?: string;
}): Draft {
  const { members, ...rest } = fields;
  return {
    type: 'decision',
    body: {
      case: CASE,
      accounts: 'all',
      accounts_total: members.length,
      accounts_sha256: digestOfAccounts(members),
      rule: 'Terms of use, section 4.',
      reasons: 'The templates divide one benchmark without overlap.',
      ...rest,
    },
  };
}

export function standing(
  accounts: readonly string[],
  to: string,
  decided: string | null,
  of: string | null = CASE,
): Draft {
  return {
    type: 'standing.set',
    body: { accounts, standing: to, case: of, decision: decided, by: 'portcullis', reason: 'As decided.' },
  };
}

const both = ['acme', 'bolt'];

/** Before the range: how the ledger began. */
const BEGINNING: readonly Draft[] = [
  {
    type: 'ledger.opened',
    body: { origin: ORIGIN, vkeys: [], software: 'portcullis 0.1.0', runtime: 'node 24' },
  },
  operator('rhea'),
  operator('sol'),
];
const TRAFFIC: readonly Draft[] = [
  account('acme'),
  key('acme'),
  account('bolt'),
  key('bolt'),
  account('calm'),
  { type: 'policy.loaded', body: { digest: 'ee'.repeat(32), settings: { retentionDays: '30' } } },
  admitted('x1', 'acme'),
  completed('x1', 'acme', 9),
  admitted('x2', 'bolt'),
  completed('x2', 'bolt', 11),
  admitted('x3', 'calm'),
  { type: 'fault', body: { kind: 'restart', detail: 'Restarted for an update.' } },
];
const FINDING: readonly Draft[] = [
  {
    type: 'finding',
    body: {
      finding: 'f-1',
      campaign: 'c-1',
      supersedes: [],
      kind: 'campaign',
      detector: { name: 'shared-templates', version: '1.0.0', digest: '12'.repeat(32) },
      statistic: 0.75,
      bound: { kind: 'none', statement: 'No bound is claimed.' },
      accounts_total: 2,
      accounts_sha256: digestOfAccounts(both),
      exchanges: 2,
      first_time: timeOf(9),
      last_time: timeOf(12),
      ledger_size: 15,
      signals: [
        { name: 'template', sentence: 'Two accounts share a template.', count: 1, examples: [9, 11] },
      ],
      against: [],
      would_have_cleared: [],
    },
  },
  { type: 'finding.members', body: { finding: 'f-1', part: 1, parts: 1, accounts: both } },
  { type: 'case.opened', body: { case: CASE, finding: 'f-1', campaign: 'c-1', priority: 1 } },
  { type: 'evidence.viewed', body: { case: CASE, by: 'rhea', items: ['finding'] } },
];

/** Decisions of a sound case; a test passes its own to break a rule. */
export const SOUND_DECISIONS: readonly Draft[] = [
  decision({ decision: 'd-1', by: 'rhea', step: 'proposed', measure: 'hold', members: both }),
  decision({
    decision: 'd-2',
    by: 'sol',
    step: 'confirmed',
    measure: 'hold',
    members: both,
    confirms: 'd-1',
  }),
  standing(both, 'hold', 'd-2'),
  {
    type: 'appeal',
    body: { appeal: 'a-1', case: CASE, account: 'bolt', by: 'adam' },
    contents: { statement: 'We ran an evaluation.' },
  },
  decision({
    decision: 'd-3',
    by: 'vera',
    step: 'final',
    measure: 'open',
    members: ['bolt'],
    accounts: 'some',
    appeal: 'a-1',
  }),
  { type: 'decision.members', body: { decision: 'd-3', part: 1, parts: 1, accounts: ['bolt'] } },
  standing(['bolt'], 'open', 'd-3'),
];
const ENDING: readonly Draft[] = [
  {
    type: 'exchange.refused',
    body: {
      account: 'acme',
      key: 'key-acme',
      endpoint: '/v1/messages',
      code: 'held',
      status: 403,
      count: 2,
      first_time: timeOf(20),
    },
  },
];

export const RANGE_START = BEGINNING.length;

export function soundDrafts(decisions: readonly Draft[] = SOUND_DECISIONS): Draft[] {
  return [...BEGINNING, ...TRAFFIC, ...FINDING, ...decisions, ...ENDING];
}
