import { createHash, createPrivateKey, sign } from 'node:crypto';
import {
  base64,
  canonicalText,
  consistencyProof,
  createFrontier,
  encodeEntry,
  formatCheckpoint,
  formatVerifierKey,
  hex,
  inclusionProof,
  type Json,
  leafHash,
  type NodeReader,
  nodeHash,
  type NoteSigner,
  parseVerifierKey,
  rootAt,
  SIGNATURE_TYPE,
  signNote,
} from '@portcullis/record';
import {
  createEd25519Cosigner,
  createEd25519Signer,
  createMlDsa44Signer,
  readSigningKey,
  type SigningKey,
} from '@portcullis/record/signing';
import {
  CASE,
  type Draft,
  ORIGIN,
  RANGE_START,
  type Recorded,
  recordDrafts,
  soundDrafts,
  timeOf,
} from './scenario.ts';
import { listAbsent, POINTS, writeStatements } from './statements-writer.ts';

// Writes bundles for tests by docs/bundle.md, with the writer's library: what the verifier shares no code with.

export function fixedKey(algorithm: 'ed25519' | 'ml-dsa-44', byte: number): SigningKey {
  const prefix =
    algorithm === 'ed25519'
      ? '302e020100300506032b657004220420'
      : '3034020100300b060960864801650304031104228020';
  const der = Buffer.concat([Buffer.from(prefix, 'hex'), Buffer.alloc(32, byte)]);
  const pem = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({
    format: 'pem',
    type: 'pkcs8',
  });
  return readSigningKey(pem as string);
}

export const ED_KEY = fixedKey('ed25519', 0x41);
export const ML_KEY = fixedKey('ml-dsa-44', 0x42);
export const ED_VKEY = formatVerifierKey(ORIGIN, SIGNATURE_TYPE.ed25519, ED_KEY.publicKey);
export const ML_VKEY = formatVerifierKey(ORIGIN, SIGNATURE_TYPE.mlDsa44Cosignature, ML_KEY.publicKey);
const now = () => Date.parse(timeOf(60)) / 1000;
export const W1 = createEd25519Cosigner('witness.example/one', fixedKey('ed25519', 0x43), now);
export const W2 = createMlDsa44Signer('witness.example/two', fixedKey('ml-dsa-44', 0x44), now);
export const LOG_SIGNERS: readonly NoteSigner[] = [
  createEd25519Signer(ORIGIN, ED_KEY),
  createMlDsa44Signer(ORIGIN, ML_KEY, now),
];
export const TRUST = `log ${ED_VKEY}\nlog ${ML_VKEY}\nquorum none\n`;
export const WITNESSED_TRUST = `log ${ED_VKEY}\nlog ${ML_VKEY}\nwitness one ${W1.vkey}\nwitness two ${W2.vkey}\ngroup both all one two\nquorum both\n`;

export type Changes = {
  readonly drafts?: readonly Draft[];
  readonly start?: number;
  readonly complete?: boolean;
  /** Indices without a proof although they belong to the case. */
  readonly unproved?: readonly number[];
  readonly editLeaves?: (leaves: Uint8Array[]) => void;
  readonly editFiles?: (files: Map<string, Uint8Array>) => void;
  readonly editManifest?: (manifest: Record<string, Json>) => void;
  readonly witnesses?: readonly NoteSigner[];
  readonly logSigners?: readonly NoteSigner[];
  readonly manifestKeys?: readonly (readonly [string, SigningKey])[];
};

const utf8 = (text: string) => new TextEncoder().encode(text);
export const canonical = (value: unknown) => utf8(canonicalText(value as Json));
const lines = (values: readonly unknown[]) =>
  utf8(values.map((value) => `${canonicalText(value as Json)}\n`).join(''));

const REQUEST = {
  bundle: 'b-1',
  createdAt: timeOf(100),
  legalBasis: 'Legitimate interest',
  purpose: 'A test',
  requester: 'Nobody',
  tool: { name: 'test', version: '0' },
} as const;

/** A bundle in memory. */
export function writeBundle(changes: Changes = {}): Map<string, Uint8Array> {
  const recorded = recordDrafts(changes.drafts ?? soundDrafts());
  const start = changes.start ?? RANGE_START;
  const leaves = recorded.map(({ entry }) => encodeEntry(entry));
  changes.editLeaves?.(leaves);
  const size = leaves.length;
  const nodes = new Map<string, Uint8Array>();
  const read: NodeReader = (level, index) => {
    const place = `${level} ${index}`;
    const node =
      nodes.get(place) ??
      (level === 0
        ? leafHash(leaves[index] as Uint8Array)
        : nodeHash(read(level - 1, 2 * index), read(level - 1, 2 * index + 1)));
    nodes.set(place, node);
    return node;
  };
  const checkpoint = (at: number) =>
    utf8(
      signNote(formatCheckpoint({ origin: ORIGIN, size: at, root: rootAt(at, read) }), [
        ...(changes.logSigners ?? LOG_SIGNERS),
        ...(changes.witnesses ?? []),
      ]),
    );
  const ofCase = indicesOfCase(recorded, start).filter((index) => !changes.unproved?.includes(index));
  const shown = changes.complete === false ? ofCase : recorded.map((_, i) => i).slice(start);
  const files = new Map<string, Uint8Array>([
    ['checkpoints/first', start === 0 ? new Uint8Array(0) : checkpoint(start)],
    ['checkpoints/last', checkpoint(size)],
    ['leaves.jsonl', Buffer.concat(shown.flatMap((index) => [leaves[index] as Uint8Array, utf8('\n')]))],
    [
      'proofs.jsonl',
      lines(ofCase.map((index) => ({ hashes: inclusionProof(index, size, read).map(base64), index }))),
    ],
    [
      'consistency.json',
      canonical({
        from: start,
        hashes: start === 0 || start === size ? [] : consistencyProof(start, size, read).map(base64),
        to: size,
      }),
    ],
    [
      'range.json',
      changes.complete === false ? canonical({ complete: false, indices: ofCase }) : rangeOf(start, leaves),
    ],
    ...disclosures(recorded, ofCase),
    ['keys.json', canonical([keyOf(ED_VKEY, 'ed25519'), keyOf(ML_VKEY, 'ml-dsa-44')])],
    ['tlog-policy', utf8(TRUST)],
    ...writeStatements(recorded, shown, REQUEST, timeOf(recorded.length)),
  ]);
  changes.editFiles?.(files);
  files.set(
    'manifest.dsse.json',
    signManifest(manifestOf(files, ofCase.length, shown.length, size, changes), changes),
  );
  return files;
}

const COMMON_TYPES = [
  'ledger.opened',
  'ledger.keys_rotated',
  'vault.key_rotated',
  'rules.adopted',
  'switch.turned',
  'switch.drilled',
  'operator.added',
  'operator.removed',
  'finding',
  'finding.members',
  'decision.members',
  'fault',
  'policy.loaded',
];

/** Which entries belong to the case, written down by hand from the scenario's rules. */
function indicesOfCase(recorded: readonly Recorded[], start: number): number[] {
  const belongs = ({ entry }: Recorded): boolean => {
    if ('case' in entry) return entry.case === CASE;
    if (entry.type === 'content.erased' && entry.account === null) return true;
    if ('account' in entry) return entry.account === 'acme' || entry.account === 'bolt';
    return COMMON_TYPES.includes(entry.type);
  };
  return recorded.flatMap((each, index) => (index >= start && belongs(each) ? [index] : []));
}

function rangeOf(start: number, leaves: readonly Uint8Array[]): Uint8Array {
  const frontier = createFrontier();
  for (const leaf of leaves.slice(0, start)) frontier.append(leafHash(leaf));
  return canonical({ complete: true, end: leaves.length, peaks: frontier.peaks().map(base64), start });
}

/** Discloses request and response, withholds the rest. */
function disclosures(recorded: readonly Recorded[], ofCase: readonly number[]): [string, Uint8Array][] {
  const fields = ofCase.flatMap((index) =>
    Object.entries((recorded[index] as Recorded).openings).map(([field, opening]) => ({
      index,
      field,
      opening,
    })),
  );
  const isShown = ({ field }: { field: string }) => field.endsWith('_sha256');
  const hidden = fields.filter((each) => !isShown(each));
  const disclosed = fields.filter(isShown).map(({ index, field, opening }) => ({
    content: opening.content === null ? null : base64(opening.content),
    field,
    index,
    salt: base64(opening.salt),
    value: base64(opening.value),
  }));
  const withheld = [...new Set(hidden.map(({ field }) => field))].map((field) => {
    const indices = hidden.filter((each) => each.field === field).map(({ index }) => index);
    return {
      count: indices.length,
      fields: [field],
      indices,
      reason: 'withheld',
      why: 'Not needed for the purpose.',
    };
  });
  return [
    ['disclosed.jsonl', lines(disclosed)],
    ['withheld.json', canonical(withheld)],
  ];
}

const keyOf = (vkey: string, algorithm: string) => ({
  algorithm,
  custody: 'A file on the operator’s machine.',
  from: timeOf(0),
  name: parseVerifierKey(vkey).name,
  purpose: 'checkpoints',
  until: null,
  vkey,
});

function manifestOf(
  files: ReadonlyMap<string, Uint8Array>,
  ofCase: number,
  total: number,
  size: number,
  changes: Changes,
): Record<string, Json> {
  const stated = [...files].map(([path, bytes]) => [
    path,
    { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') },
  ]);
  return {
    absent: listAbsent((changes.witnesses ?? []).length > 0, changes.complete !== false),
    case: CASE,
    entries: { case: ofCase, total },
    files: Object.fromEntries(stated),
    format: 'portcullis/bundle/v1',
    origin: ORIGIN,
    period: { from: timeOf(0), to: timeOf(size) },
    points: structuredClone(POINTS),
    selection: { accounts: ['acme', 'bolt'], accountsTotal: 2, query: 'case = case-1' },
    ...REQUEST,
  };
}

export const PAYLOAD_TYPE = 'application/vnd.portcullis.manifest.v1+json';

function signManifest(manifest: Record<string, Json>, changes: Changes): Uint8Array {
  changes.editManifest?.(manifest);
  const payload = canonical(manifest);
  const message = Buffer.concat([
    Buffer.from(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `),
    payload,
  ]);
  const keys = changes.manifestKeys ?? [
    [ED_VKEY, ED_KEY],
    [ML_VKEY, ML_KEY],
  ];
  const signatures = keys.map(([vkey, key]) => ({
    keyid: `${parseVerifierKey(vkey).name}+${hex(parseVerifierKey(vkey).id)}`,
    sig: sign(null, message, key.privateKey).toString('base64'),
  }));
  return canonical({ payload: base64(payload), payloadType: PAYLOAD_TYPE, signatures });
}
