import { canonicalText, type Json } from '@portcullis/record';
import { CASE, type Recorded, timeOf } from './scenario.ts';

// The files of a test bundle that state things, by docs/bundle.md.

const NO_WITNESS: Json = { point: 3, what: 'Witness cosignatures', why: 'No witness is configured.' };
const NOT_COMPLETE: Json = { point: 4, what: 'Proof of completeness', why: 'Only some entries are here.' };
const ABSENT: readonly Json[] = [
  { point: 6, what: 'RFC 3161 tokens', why: 'No time-stamping authority is configured.' },
  {
    point: 8,
    what: 'Calibration, known error rates, a command that repeats the finding',
    why: 'None is made.',
  },
  { point: 9, what: 'Privacy-budget entries', why: 'None is on the ledger.' },
  { point: 13, what: 'Signatures under the declarations', why: 'A person must sign them.' },
  { point: 14, what: 'A renewal', why: 'The bundle is new.' },
];

export function listAbsent(witnessed: boolean, complete: boolean): Json[] {
  return [...(witnessed ? [] : [NO_WITNESS]), ...(complete ? [] : [NOT_COMPLETE]), ...ABSENT];
}

export const POINTS: Record<string, string[]> = {
  1: ['manifest.dsse.json'],
  2: ['leaves.jsonl', 'disclosed.jsonl', 'withheld.json'],
  3: ['proofs.jsonl', 'checkpoints/first', 'checkpoints/last', 'consistency.json', 'tlog-policy'],
  4: ['range.json', 'leaves.jsonl'],
  5: ['keys.json'],
  6: ['time.json'],
  7: ['identity.json'],
  8: ['method.json'],
  9: ['case.json'],
  10: ['health.json'],
  11: ['custody.json'],
  12: ['tools.json', 'report.md'],
  13: ['declarations/us-fre-902.md', 'declarations/uk-certificate.md'],
  14: ['renewal.json'],
};

/** A list that bundles of before its entry types do not have. */
function whereAny(name: string, list: readonly Json[]): Record<string, Json> {
  return list.length > 0 ? { [name]: [...list] } : {};
}

export type Request = {
  readonly bundle: string;
  readonly createdAt: string;
  readonly requester: string;
  readonly purpose: string;
  readonly legalBasis: string;
  readonly tool: { readonly name: string; readonly version: string };
};

/** @param shown indices of the leaves of the bundle */
/** How people work on a case, besides what has a list of its own. */
const WORK_TYPES = [
  'view.committed',
  'score.shown',
  'case.leased',
  'decision.window',
  'decision.undone',
  'decision.effected',
  'account.severed',
  'known.revealed',
  'statement.issued',
  'link.issued',
  'link.revoked',
  'representation.received',
  'representation.acknowledged',
];

export function writeStatements(
  recorded: readonly Recorded[],
  shown: readonly number[],
  request: Request,
  to: string,
): [string, Uint8Array][] {
  const indicesOf = (...types: string[]) =>
    shown.filter((i) => types.includes((recorded[i] as Recorded).entry.type));
  const items = (...types: string[]): Json[] =>
    indicesOf(...types).map((index) => ({ index, ...(recorded[index] as Recorded).entry }) as never);
  const ofCase = (type: string) => items(type).filter((item) => (item as { case?: Json }).case === CASE);
  const ofAccused = (...types: string[]) =>
    items(...types).filter((item) => ['acme', 'bolt', null].includes((item as { account: string }).account));
  const work = [...items('rules.adopted', 'switch.turned', 'switch.drilled'), ...WORK_TYPES.flatMap(ofCase)];
  const json: Record<string, Json> = {
    'case.json': {
      accounts: ['acme', 'bolt'].map((account) => ({
        account,
        exchanges: 1,
        completed: 1,
        refused: 0,
        inputTokens: 9,
        outputTokens: 3,
      })),
      appeals: ofCase('appeal'),
      ...(work.length === 0 ? {} : { work }),
      budgets: [],
      case: CASE,
      decisionMembers: { indices: indicesOf('decision.members') },
      decisions: ofCase('decision'),
      erasures: ofAccused('content.erased'),
      evidenceViewed: ofCase('evidence.viewed'),
      extended: ofCase('case.extended'),
      findingMembers: { indices: indicesOf('finding.members') },
      findings: items('finding'),
      holds: ofAccused('hold.placed', 'hold.lifted'),
      opened: ofCase('case.opened'),
      standing: ofCase('standing.set'),
    },
    'identity.json': {
      accounts: ofAccused('account.created'),
      authentication: { accounts: 'By key.', operators: 'By token.' },
      keys: ofAccused('key.issued', 'key.revoked'),
      notShown: 'Who stands behind an account.',
      operators: items('operator.added', 'operator.removed'),
    },
    'health.json': {
      access: [...ofCase('evidence.viewed'), ...ofCase('bundle.exported')],
      faults: items('fault'),
      ...whereAny('keyChanges', items('ledger.keys_rotated', 'vault.key_rotated')),
      faultsByKind: {},
      notShown: 'What nobody noticed.',
      openings: items('ledger.opened'),
      period: { from: timeOf(0), to },
      policies: items('policy.loaded'),
      versions: { exporter: request.tool.version, runtime: 'node 24' },
    },
    ...otherFiles(request, items('finding'), ofCase('bundle.exported')),
  };
  return [
    ...Object.entries(json).map(([path, value]): [string, Uint8Array] => [path, utf8(canonicalText(value))]),
    ...writeTexts(request.bundle),
  ];
}

const utf8 = (text: string) => new TextEncoder().encode(text);

/** Files that rest on few entries. */
function otherFiles(request: Request, findings: Json[], exports: Json[]): Record<string, Json> {
  return {
    'method.json': {
      calibration: null,
      detector: { digest: '12'.repeat(32), name: 'shared-templates', version: '1.0.0' },
      findings: findings,
      knownErrorRates: [],
      repeat: { command: null, note: 'Nobody wrote one.' },
      testSet: null,
      thresholds: null,
      thresholdsNote: 'Not known.',
    },
    'time.json': {
      checkpoints: 'Signed with their time.',
      clock: { source: 'The system clock.', steps: { count: 0, indices: [] } },
      timestamps: [],
    },
    'custody.json': custodyOf(request, exports),
    'tools.json': {
      exporter: { ...request.tool, platform: 'linux-x64', runtime: 'node 24' },
      materials: [{ integrity: null, name: 'portcullis', version: '0' }],
      materialsNote: 'All there is.',
      verifier: { name: '@portcullis/verify', note: 'Not in the bundle.', version: '0' },
    },
    'renewal.json': {
      done: [],
      keep: ['Every file.'],
      lookAgainBy: '2028-03-01T12:00:00.000Z',
      when: ['Before an algorithm is weak.'],
    },
  };
}

function custodyOf({ createdAt, ...request }: Request, earlierExports: Json[]): Json {
  return {
    earlierExports,
    export: { ...request, at: createdAt, by: 'rhea', where: 'a machine' },
    recordedAs: 'bundle.exported',
    transfers: [],
    vaultKey: 'A file.',
  };
}

function writeTexts(bundle: string): [string, Uint8Array][] {
  return [
    [
      'report.md',
      utf8(`# Report on ${bundle}\nNot shown complete. It does **not** show that everything was captured.\n`),
    ],
    [
      'declarations/us-fre-902.md',
      utf8(
        `Draft on ${bundle}, 28 U.S.C. § 1746\n## Activity, 902(11)\n## System, 902(13)\n## Copy, 902(14)\n`,
      ),
    ],
    ['declarations/uk-certificate.md', utf8(`Draft on ${bundle} for the United Kingdom.\n`)],
  ];
}
