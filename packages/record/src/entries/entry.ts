import { fromUtf8, utf8 } from '../bytes.ts';
import { RecordError } from '../record-error.ts';
import { type Infer, object, type Shape } from './shape.ts';
import { ENTRY_FIELDS, ENTRY_VERSION, type EntryType, envelope } from './types.ts';

/** The largest entry, in bytes of canonical JSON. */
export const ENTRY_BYTES_MAX = 8192;

type EntryOf<T extends EntryType> = { readonly type: T; readonly version: 1; readonly time: string } & Infer<
  (typeof ENTRY_FIELDS)[T]
>;
/** One leaf of the ledger; narrow it by `type`. */
export type Entry = { [T in EntryType]: EntryOf<T> }[EntryType];
/** The entry of one type, such as `EntryNamed<'exchange.admitted'>`. */
export type EntryNamed<T extends EntryType> = EntryOf<T>;
/** What a caller gives to {@link createEntry}: an entry's fields without type, version and time. */
export type EntryBody<T extends EntryType> = Infer<(typeof ENTRY_FIELDS)[T]>;

const SHAPES = Object.fromEntries(
  Object.entries(ENTRY_FIELDS).map(([type, fields]) => [type, object({ ...envelope, ...fields })]),
) as unknown as Record<EntryType, Shape<Entry>>;

/** An entry of today's version. @param timeMs Unix time in milliseconds */
export function createEntry<T extends EntryType>(type: T, timeMs: number, body: EntryBody<T>): EntryNamed<T> {
  return { type, version: ENTRY_VERSION, time: new Date(timeMs).toISOString(), ...body } as EntryNamed<T>;
}

/**
 * An entry's canonical bytes, checked against its schema.
 * @throws RecordError `bad-entry`, `entry-too-large`, `bad-canonical`
 */
export function encodeEntry(entry: Entry): Uint8Array {
  const bytes = utf8(spellEntry(entry));
  if (bytes.length > ENTRY_BYTES_MAX) {
    throw new RecordError(
      'entry-too-large',
      `A ${entry.type} entry of ${bytes.length} bytes is over ${ENTRY_BYTES_MAX}.`,
    );
  }
  return bytes;
}

/**
 * Reads a leaf. Bytes that are not exactly the canonical form of a known entry are refused: two spellings of one fact
 * would be two leaves.
 * @throws RecordError `bad-entry`, `entry-too-large`, `bad-canonical`, `bad-encoding`
 */
export function decodeEntry(bytes: Uint8Array): Entry {
  if (bytes.length > ENTRY_BYTES_MAX)
    throw new RecordError('entry-too-large', `An entry has at most ${ENTRY_BYTES_MAX} bytes.`);
  const spelled = fromUtf8(bytes);
  let value: unknown;
  try {
    value = JSON.parse(spelled);
  } catch {
    throw new RecordError('bad-entry', 'The entry is not JSON.');
  }
  if (spellEntry(value) !== spelled)
    throw new RecordError('bad-entry', 'The entry is not in canonical form.');
  return value as Entry;
}

/** Checks a value against the schema of the type it names. @returns its canonical JSON @throws RecordError `bad-entry` */
function spellEntry(value: unknown): string {
  const type = (value as { type?: unknown } | null)?.type;
  if (typeof type !== 'string' || !Object.hasOwn(SHAPES, type)) {
    throw new RecordError(
      'bad-entry',
      `${typeof type === 'string' ? `The type ${type.slice(0, 40)}` : 'A type of entry'} is not known.`,
    );
  }
  return SHAPES[type as EntryType].spell(value, '', type);
}
