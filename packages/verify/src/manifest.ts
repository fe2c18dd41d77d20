import { asExactly, asIndex, asList, asObject, asText, asTextList, asTime, asWords } from './fields.ts';
import { FILES_MAX, PATH_CHARS_MAX } from './limits.ts';
import { base64Of } from './octets.ts';
import type { PublicKey } from './public-key.ts';
import { requireLogKeys } from './require-keys.ts';
import { type Json, type JsonObject, readCanonical } from './strict-json.ts';
import type { Trust } from './trust.ts';
import { quote, refuse } from './verify-error.ts';

export const ENVELOPE_PATH = 'manifest.dsse.json';
const PAYLOAD_TYPE = 'application/vnd.portcullis.manifest.v1+json';
const FORMAT = 'portcullis/bundle/v1';

export type FileStated = { readonly bytes: number; readonly sha256: string };
export type Manifest = {
  readonly bundle: string;
  readonly case: string;
  readonly requester: string;
  readonly purpose: string;
  readonly legalBasis: string;
  readonly tool: { readonly name: string; readonly version: string };
  readonly origin: string;
  readonly createdAt: string;
  readonly period: { readonly from: string; readonly to: string };
  readonly selection: { readonly accounts: readonly string[]; readonly accountsTotal: number };
  readonly entries: { readonly case: number; readonly total: number };
  readonly files: ReadonlyMap<string, FileStated>;
  readonly absent: readonly { readonly point: number; readonly what: string; readonly why: string }[];
  readonly points: ReadonlyMap<number, readonly string[]>;
};

const FIELDS = [
  'absent',
  'bundle',
  'case',
  'createdAt',
  'entries',
  'files',
  'format',
  'legalBasis',
  'origin',
  'period',
  'points',
  'purpose',
  'requester',
  'selection',
  'tool',
] as const;

/**
 * Opens the DSSE envelope: every signature must be by a trusted log key of the manifest's origin and verify, and of each type of
 * key that the trust file lists for that origin there must be one.
 */
export function openManifest(
  bytes: Uint8Array | undefined,
  trust: Trust,
): { manifest: Manifest; signers: PublicKey[] } {
  if (bytes === undefined) return refuse(`The bundle has no ${ENVELOPE_PATH}.`);
  const envelope = asExactly(
    readCanonical(bytes, ENVELOPE_PATH),
    ['payload', 'payloadType', 'signatures'],
    'The envelope',
  );
  const payloadType = asText(envelope.payloadType, 'payloadType');
  if (payloadType !== PAYLOAD_TYPE) refuse(`The payload type ${quote(payloadType)} is not known.`);
  const payload = base64Of(asText(envelope.payload, 'payload'), 'The payload');
  const message = Buffer.concat([
    Buffer.from(`DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `),
    payload,
  ]);
  const signers: PublicKey[] = [];
  for (const item of asList(envelope.signatures, 'signatures')) {
    const signer = checkSignature(item, message, trust);
    if (signers.includes(signer)) refuse(`The key of ${quote(signer.name)} signed the manifest twice.`);
    signers.push(signer);
  }
  const manifest = readManifest(payload);
  if (!trust.logs.some((key) => key.name === manifest.origin))
    refuse(`The trust file has no log named ${quote(manifest.origin)}.`);
  for (const signer of signers)
    if (signer.name !== manifest.origin) refuse(`The key of ${quote(signer.name)} signed for another log.`);
  requireLogKeys(trust, { origin: manifest.origin, signers }, 'the manifest');
  return { manifest, signers };
}

function checkSignature(item: Json, message: Uint8Array, trust: Trust): PublicKey {
  const { keyid, sig } = asExactly(item, ['keyid', 'sig'], 'A signature');
  const id = asText(keyid, 'keyid');
  const key = trust.logs.find((known) => `${known.name}+${known.idHex}` === id);
  if (key === undefined) return refuse(`The manifest is signed by a key that is not trusted: ${quote(id)}.`);
  if (!key.signs(message, base64Of(asText(sig, 'sig'), 'A signature')))
    refuse(`The manifest's signature by ${quote(id)} does not verify.`);
  return key;
}

function readManifest(payload: Uint8Array): Manifest {
  const value = asExactly(readCanonical(payload, 'The manifest'), FIELDS, 'The manifest');
  if (value.format !== FORMAT) refuse(`The manifest is not of the format ${FORMAT}.`);
  const tool = asExactly(value.tool, ['name', 'version'], 'tool');
  const period = asExactly(value.period, ['from', 'to'], 'period');
  const entries = asExactly(value.entries, ['case', 'total'], 'entries');
  return {
    bundle: asWords(value.bundle, 'bundle'),
    case: asWords(value.case, 'case'),
    requester: asWords(value.requester, 'requester'),
    purpose: asWords(value.purpose, 'purpose'),
    legalBasis: asWords(value.legalBasis, 'legalBasis'),
    tool: { name: asWords(tool.name, 'tool.name'), version: asWords(tool.version, 'tool.version') },
    origin: asText(value.origin, 'origin'),
    createdAt: asTime(value.createdAt, 'createdAt'),
    period: { from: asTime(period.from, 'period.from'), to: asTime(period.to, 'period.to') },
    selection: readSelection(value.selection),
    entries: { case: asIndex(entries.case, 'entries.case'), total: asIndex(entries.total, 'entries.total') },
    files: readFiles(asObject(value.files, 'files')),
    absent: asList(value.absent, 'absent').map(readAbsent),
    points: readPoints(asObject(value.points, 'points')),
  };
}

function readSelection(value: Json | undefined): Manifest['selection'] {
  const selection = asExactly(value, ['accounts', 'accountsTotal', 'query'], 'selection');
  asWords(selection.query, 'selection.query');
  const accounts = asTextList(selection.accounts, 'selection.accounts');
  if (new Set(accounts).size !== accounts.length) refuse('selection.accounts names an account twice.');
  return { accounts, accountsTotal: asIndex(selection.accountsTotal, 'selection.accountsTotal') };
}

function readFiles(files: JsonObject): Map<string, FileStated> {
  const paths = Object.keys(files);
  if (paths.length > FILES_MAX) refuse(`The manifest names more than ${FILES_MAX} files.`);
  return new Map(
    paths.map((path) => {
      if (!isPlainPath(path))
        refuse(`The manifest names ${quote(path)}, which is not a plain path inside the bundle.`);
      const { bytes, sha256 } = asExactly(files[path], ['bytes', 'sha256'], `files.${quote(path)}`);
      const hex = asText(sha256, 'sha256');
      if (!/^[0-9a-f]{64}$/.test(hex)) refuse(`The digest of ${quote(path)} is malformed.`);
      return [path, { bytes: asIndex(bytes, 'bytes'), sha256: hex }] as const;
    }),
  );
}

/** Letters, digits, dot, dash, underscore, in folders; no empty part and none that starts with a dot. */
export function isPlainPath(path: string): boolean {
  return (
    path.length <= PATH_CHARS_MAX &&
    /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/.test(path)
  );
}

function readAbsent(item: Json): { point: number; what: string; why: string } {
  const { point, what, why } = asExactly(item, ['point', 'what', 'why'], 'An item of absent');
  return { point: readPoint(point), what: asWords(what, 'what'), why: asWords(why, 'why') };
}

function readPoint(value: Json | undefined): number {
  const point = asIndex(value, 'point');
  return point >= 1 && point <= 14 ? point : refuse('A point is a number from 1 to 14.');
}

function readPoints(points: JsonObject): Map<number, string[]> {
  return new Map(
    Object.entries(points).map(([point, paths]) => {
      if (!/^([1-9]|1[0-4])$/.test(point)) refuse('A point is a number from 1 to 14.');
      return [Number(point), asTextList(paths, `points.${point}`)] as const;
    }),
  );
}
