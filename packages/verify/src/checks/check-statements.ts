import type { CaseRecord } from '../case-record.ts';
import type { Found } from '../check-run.ts';
import { asIndex, asIndexList, asList, asObject, asText, asTime, asWords, sameJson } from '../fields.ts';
import type { Leaf } from '../leaf.ts';
import type { Manifest } from '../manifest.ts';
import { textOf } from '../octets.ts';
import { type Json, type JsonObject, readCanonical } from '../strict-json.ts';
import { quote, refuse } from '../verify-error.ts';
import type { BundleFiles } from './check-files.ts';
import type { Leaves } from './check-leaves.ts';

/** Parts of points that may be missing from a sound bundle, and whether they are there. */
export type Statements = Readonly<
  Record<'timestamps' | 'errorRates' | 'command' | 'budgets' | 'materials' | 'renewed', boolean>
>;

type Reading = (value: Json | undefined, what: string) => unknown;

/** An object that has these fields, and may have more. */
const having =
  (fields: Readonly<Record<string, Reading>>): Reading =>
  (value, what) => {
    const object = asObject(value, what);
    for (const [field, reading] of Object.entries(fields)) reading(object[field], `${field} of ${what}`);
  };
const listOf =
  (reading: Reading, least = 0): Reading =>
  (value, what) => {
    const items = asList(value, what);
    if (items.length < least) refuse(`${what} is empty.`);
    for (const item of items) reading(item, `an item of ${what}`);
  };
const orNull =
  (reading: Reading): Reading =>
  (value, what) =>
    value === null ? null : reading(value, what);
const indices = having({ indices: asIndexList });

/** What each file must hold at least. Items (objects with `index`) are judged by what their entry says. */
const SHAPES: Readonly<Record<string, Readonly<Record<string, Reading>>>> = {
  'case.json': {
    case: asWords,
    accounts: listOf(
      having({
        account: asText,
        exchanges: asIndex,
        completed: asIndex,
        refused: asIndex,
        inputTokens: asIndex,
        outputTokens: asIndex,
      }),
      1,
    ),
    opened: asList,
    extended: asList,
    findings: asList,
    findingMembers: indices,
    evidenceViewed: asList,
    decisions: asList,
    decisionMembers: indices,
    appeals: asList,
    standing: asList,
    budgets: asList,
    holds: asList,
    erasures: asList,
  },
  'method.json': {
    detector: having({ name: asWords, version: asWords, digest: asWords }),
    thresholds: orNull(asObject),
    thresholdsNote: asWords,
    calibration: orNull(asObject),
    knownErrorRates: asList,
    testSet: orNull(having({ sha256: asWords })),
    findings: listOf(
      having({
        index: asIndex,
        finding: asText,
        statistic: (value, what) => (typeof value === 'number' ? value : refuse(`${what} must be a number.`)),
        bound: asObject,
        exchanges: asIndex,
        accounts_total: asIndex,
        first_time: asTime,
        last_time: asTime,
        ledger_size: asIndex,
      }),
      1,
    ),
    repeat: having({ command: orNull(asWords), note: asWords }),
  },
  'identity.json': {
    accounts: asList,
    keys: asList,
    operators: asList,
    authentication: having({ accounts: asWords, operators: asWords }),
    notShown: asWords,
  },
  'health.json': {
    faults: asList,
    faultsByKind: asObject,
    openings: asList,
    policies: asList,
    access: asList,
    versions: having({ exporter: asWords, runtime: asWords }),
    notShown: asWords,
  },
  'time.json': {
    clock: having({ source: asWords, steps: having({ count: asIndex, indices: asIndexList }) }),
    checkpoints: asWords,
    timestamps: asList,
  },
  'custody.json': {
    export: having({ by: asWords, where: asWords }),
    vaultKey: asWords,
    recordedAs: asWords,
    earlierExports: asList,
    transfers: asList,
  },
  'tools.json': {
    exporter: having({ name: asWords, version: asWords, runtime: asWords, platform: asWords }),
    verifier: having({ name: asWords, version: asWords, note: asWords }),
    materials: listOf(having({ name: asWords, version: asWords, integrity: orNull(asWords) })),
    materialsNote: asWords,
  },
  'renewal.json': {
    keep: listOf(asWords, 1),
    when: listOf(asWords, 1),
    lookAgainBy: asTime,
    done: asList,
  },
};

/** A section for each rule that the US declaration may be made under; the statute that gives its form. */
const US_SECTIONS = [/^## .*902\(11\)/m, /^## .*902\(13\)/m, /^## .*902\(14\)/m, /28 U\.S\.C\. § ?1746/];

/** Texts, with what each must say besides the name of the bundle. */
const TEXTS: Readonly<Record<string, readonly RegExp[]>> = {
  'report.md': [/does not show/i],
  'declarations/us-fre-902.md': US_SECTIONS,
  'declarations/uk-certificate.md': [/United Kingdom/],
};

/** Files that state things hold all that they must, and say of this bundle what its manifest and entries say. */
export function checkStatements(
  files: BundleFiles,
  manifest: Manifest,
  { range }: Leaves,
  record: CaseRecord,
): Found<Statements> {
  const read = (path: string): JsonObject => {
    const object = asObject(readCanonical(files.get(path) as Uint8Array, path), path);
    having(SHAPES[path] as Readonly<Record<string, Reading>>)(object, path);
    return object;
  };
  for (const [path, patterns] of Object.entries(TEXTS)) checkText(files, path, manifest.bundle, patterns);
  if (!range.complete) checkText(files, 'report.md', manifest.bundle, [/not shown complete/i]);
  const [accused, method, time] = [read('case.json'), read('method.json'), read('time.json')];
  const [custody, tools, renewal] = [read('custody.json'), read('tools.json'), read('renewal.json')];
  read('identity.json');
  checkAccused(accused, manifest, record);
  checkClock(time, record);
  checkExport(custody, tools, manifest);
  if (!sameJson(read('health.json').period, manifest.period))
    refuse('health.json is about another period than the manifest.');
  if ((renewal.lookAgainBy as string) <= manifest.createdAt)
    refuse('renewal.json asks for a renewal before the bundle was made.');
  const has = (list: Json | undefined) => (list as readonly Json[]).length > 0;
  return {
    value: {
      timestamps: has(time.timestamps),
      errorRates: method.calibration !== null && has(method.knownErrorRates) && method.testSet !== null,
      command: (method.repeat as JsonObject).command !== null,
      budgets: has(accused.budgets),
      materials: has(tools.materials),
      renewed: has(renewal.done),
    },
    sentence:
      'Method, identity, health, time, custody, tools, renewal, report and declarations hold what they must; what they say besides is the operator’s word.',
  };
}

function checkText(files: BundleFiles, path: string, bundle: string, patterns: readonly RegExp[]): void {
  // Without the asterisks of Markdown.
  const text = textOf(files.get(path) as Uint8Array, path).replaceAll('*', '');
  if (!text.includes(bundle)) refuse(`${path} does not name the bundle ${quote(bundle)}.`);
  for (const pattern of patterns)
    if (!pattern.test(text))
      refuse(`${path} does not say what it must (nothing in it is like ${pattern.source}).`);
}

/** case.json is about the case and lists exactly the accused, and the entries that name them. */
function checkAccused(file: JsonObject, manifest: Manifest, record: CaseRecord): void {
  if (file.case !== manifest.case) refuse('case.json is about another case.');
  const listed = (file.accounts as readonly JsonObject[]).map((item) => item.account as string);
  const { size } = record.accused;
  if (
    listed.length !== size ||
    new Set(listed).size !== size ||
    !listed.every((account) => record.accused.has(account))
  )
    refuse('case.json does not list exactly the accused accounts.');
  for (const [field, type] of [
    ['findingMembers', 'finding.members'],
    ['decisionMembers', 'decision.members'],
  ] as const) {
    const leaves = record.mustProve.filter((leaf) => leaf.type === type);
    if (!isListOf(leaves, (file[field] as JsonObject).indices))
      refuse(`case.json does not name exactly the entries of ${type}.`);
  }
}

function checkClock(file: JsonObject, record: CaseRecord): void {
  const { count, indices: named } = (file.clock as JsonObject).steps as JsonObject;
  const steps = record.mustProve.filter(({ type, value }) => type === 'fault' && value.kind === 'clock_step');
  if (count !== steps.length || !isListOf(steps, named))
    refuse('time.json does not name exactly the steps of the clock.');
}

function isListOf(leaves: readonly Leaf[], indices: Json | undefined): boolean {
  const expected = leaves.map(({ index }) => index);
  return sameJson(indices, expected);
}

/** What the files say of the export and its tool is what the manifest says. */
function checkExport(custody: JsonObject, tools: JsonObject, manifest: Manifest): void {
  const { bundle, createdAt, requester, purpose, legalBasis, tool } = manifest;
  const stated = { bundle, at: createdAt, requester, purpose, legalBasis, tool };
  const made = custody.export as JsonObject;
  for (const [field, value] of Object.entries(stated))
    if (!sameJson(made[field], value as Json))
      refuse(`custody.json says of the export in ${quote(field)} something else than the manifest.`);
  const { name, version } = tools.exporter as JsonObject;
  if (name !== tool.name || version !== tool.version)
    refuse('tools.json names another exporter than the manifest.');
}
