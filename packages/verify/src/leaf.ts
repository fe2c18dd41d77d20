import { asIndex, asObject, asText, asTextList, asTime } from './fields.ts';
import { LEAF_BYTES_MAX } from './limits.ts';
import { hashOf } from './octets.ts';
import { type Json, type JsonObject, readCanonical } from './strict-json.ts';
import { leafNode } from './tree.ts';
import { quote, refuse } from './verify-error.ts';

/** One entry of the ledger as read from its bytes. */
export type Leaf = {
  readonly index: number;
  readonly type: string;
  readonly time: string;
  readonly known: boolean;
  readonly value: JsonObject;
  /** Commitments by field, empty where the entry has none. */
  readonly commitments: ReadonlyMap<string, Uint8Array>;
  readonly node: Uint8Array;
};

type Reading = (value: Json | undefined, what: string) => unknown;
const orNull =
  (reading: Reading): Reading =>
  (value, what) =>
    value === null ? null : reading(value, what);
const orNone =
  (reading: Reading): Reading =>
  (value, what) =>
    value === undefined ? undefined : reading(value, what);
const decisionSteps = oneOf('proposed', 'confirmed', 'rejected', 'final');
const standings = ['open', 'slow', 'plain', 'hold', 'closed'] as const;

/** What this verifier builds on, by type. More fields may stand there; later software writes them. */
const SHAPES: Readonly<Record<string, Readonly<Record<string, Reading>>>> = {
  'ledger.opened': { origin: asText, vkeys: asTextList },
  'ledger.keys_rotated': { retired: asTextList, vkeys: asTextList },
  'vault.key_rotated': { from: asText, to: asText },
  'account.created': { account: asText },
  'account.limited': { account: asText },
  'key.issued': { account: asText, key: asText },
  'key.revoked': { account: asText, key: asText },
  'exchange.admitted': { account: asText, exchange: asText, commitments: asObject },
  'exchange.completed': { account: asText, exchange: asText, commitments: asObject },
  'exchange.refused': { account: orNull(asText), code: asText },
  finding: { finding: asText, accounts_total: asIndex, accounts_sha256: asText, detector: asObject },
  'finding.members': { finding: asText, part: asIndex, parts: asIndex, accounts: asTextList },
  'case.opened': { case: asText, finding: asText },
  'case.extended': { case: asText, finding: asText },
  'evidence.viewed': { case: asText, by: asText },
  'rules.adopted': { rules: asTextList },
  'view.committed': { case: asText, by: asText, view: asText, reasons: asText },
  'score.shown': { case: asText, by: asText },
  'case.leased': { case: asText, by: asText, step: oneOf('taken', 'extended', 'released'), until: asTime },
  'decision.window': { decision: asText, case: asText, takes_effect: asTime, immediate: orNull(asText) },
  'decision.undone': { decision: asText, case: asText, by: asText, reasons: asText },
  'decision.effected': { decision: asText, case: asText },
  'account.severed': { case: asText, account: asText, decision: asText, by: asText, reasons: asText },
  'statement.issued': { case: asText, account: asText, decision: asText, commitments: asObject },
  'link.issued': { link: asText, account: asText, case: asText, expires: asTime },
  'link.revoked': { link: asText, case: asText },
  'representation.received': {
    representation: asText,
    case: asText,
    account: asText,
    link: asText,
    kind: asText,
    commitments: asObject,
  },
  'representation.acknowledged': { representation: asText, case: asText, by: asText },
  'incident.aware': { incident: asText, aware: asTime, by: asText },
  'incident.classified': {
    incident: asText,
    rule: asText,
    reportable: asBoolean,
    reasons: asText,
    by: asText,
  },
  'incident.reported': { incident: asText, clock: asText, by: asText },
  'incident.resolved': { incident: asText, resolved: asTime, by: asText },
  'known.committed': { known: asText, commitments: asObject },
  'known.revealed': {
    known: asText,
    case: asText,
    finding: asText,
    answer: asText,
    salt: asText,
    by: asText,
  },
  'switch.turned': { stopped: asBoolean, drill: asBoolean, by: asText },
  'switch.drilled': { by: asText, passed: asBoolean, found: asText },
  'deadline.missed': { of: asText, deadline: asText, due: asTime },
  decision: {
    decision: asText,
    case: asText,
    by: asText,
    step: decisionSteps,
    measure: oneOf(...standings, 'dismiss'),
    accounts: oneOf('all', 'some'),
    accounts_total: asIndex,
    accounts_sha256: asText,
    reasons: asText,
    appeal: orNone(asText),
    confirms: orNone(asText),
  },
  'decision.members': { decision: asText, part: asIndex, parts: asIndex, accounts: asTextList },
  appeal: { appeal: asText, case: asText, account: asText, commitments: asObject },
  'content.erased': {
    account: orNull(asText),
    scope: oneOf('account', 'age'),
    before: orNull(asText),
  },
  'hold.placed': { account: asText },
  'hold.lifted': { account: asText },
  'operator.added': { operator: asText, role: asText, by: asText },
  'operator.removed': { operator: asText, by: asText },
  'credential.added': { operator: asText, kind: asText, by: asText },
  'credential.removed': { operator: asText, kind: asText, by: asText },
  'policy.loaded': { digest: asText },
  'budget.reserved': {
    reservation: asText,
    unit: asText,
    adjacency: oneOf('add-remove', 'replace-one'),
    windows: asTextList,
    epsilon: asText,
    delta: asText,
    limit: asObject,
    by: asText,
  },
  'budget.spent': {
    reservation: asText,
    epsilon: asText,
    delta: asText,
    release: orNull(asText),
    release_sha256: orNull(asText),
  },
  fault: { kind: asText, detail: asText },
  'bundle.exported': { bundle: asText, case: asText },
  'standing.set': {
    accounts: asTextList,
    standing: oneOf(...standings),
    case: orNull(asText),
    decision: orNull(asText),
  },
};

function asBoolean(value: Json | undefined, what: string): boolean {
  return typeof value === 'boolean' ? value : refuse(`${what} is neither true nor false.`);
}

function oneOf(...words: readonly string[]): Reading {
  return (value, what) =>
    words.includes(value as string) ? value : refuse(`${what} is none of ${words.join(', ')}.`);
}

/** Reads a leaf: canonical bytes, within the limit, and of the shape of its type where the type is known. */
export function readLeaf(bytes: Uint8Array, index: number): Leaf {
  const what = `Entry ${index}`;
  if (bytes.length > LEAF_BYTES_MAX) refuse(`${what} is larger than ${LEAF_BYTES_MAX} bytes.`);
  const value = asObject(readCanonical(bytes, what), what);
  const type = asText(value.type, `the type of entry ${index}`);
  if (asIndex(value.version, `the version of entry ${index}`) < 1) refuse(`${what} has version 0.`);
  const shape = Object.hasOwn(SHAPES, type) ? SHAPES[type] : undefined;
  for (const [field, reading] of Object.entries(shape ?? {}))
    reading(value[field], `${field} of entry ${index} (${type})`);
  return {
    index,
    type,
    time: asTime(value.time, `the time of entry ${index}`),
    known: shape !== undefined,
    value,
    commitments: readCommitments(value, index),
    node: leafNode(bytes),
  };
}

function readCommitments(value: JsonObject, index: number): Map<string, Uint8Array> {
  const commitments = new Map<string, Uint8Array>();
  if (value.commitments === undefined) return commitments;
  for (const [field, text] of Object.entries(asObject(value.commitments, `commitments of entry ${index}`)))
    commitments.set(
      field,
      hashOf(
        asText(text, `${quote(field)} of entry ${index}`),
        `The commitment ${quote(field)} of entry ${index}`,
      ),
    );
  return commitments;
}
