import { RecordError } from './record-error.ts';

/** Hashes in a full tile, and levels of the tree it spans: c2sp.org/tlog-tiles. */
export const TILE_WIDTH = 256;
export const TILE_HEIGHT = 8;
/** An entry's length is two bytes in a bundle. */
export const BUNDLE_ENTRY_BYTES_MAX = 0xffff;

/** `tile/<L>/<N>[.p/<W>]`; `entries` in the place of L is an entry bundle. W is left out where the tile is full. */
export function tilePath(level: number | 'entries', index: number, width = TILE_WIDTH): string {
  const partial = width === TILE_WIDTH ? '' : `.p/${width}`;
  return `tile/${level}/${indexPath(index)}${partial}`;
}

/** N in groups of three digits, all but the last led by `x`: 1234067 is `x001/x234/067`. */
function indexPath(index: number): string {
  if (!Number.isSafeInteger(index) || index < 0)
    throw new RecordError('bad-tile', `${index} is no tile index.`);
  const groups = [String(index % 1000).padStart(3, '0')];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
  }
  return groups.join('/');
}

/** The tile and the width it has in a tree of `size` leaves; width 0 where the tile does not exist yet. */
export function tileWidthAt(level: number, index: number, size: number): number {
  const nodes = Math.floor(size / TILE_WIDTH ** level);
  return Math.max(0, Math.min(TILE_WIDTH, nodes - index * TILE_WIDTH));
}

/** Entries with their lengths in two bytes, big-endian. @throws RecordError `entry-too-large` */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const entry of entries) length += 2 + entry.length;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const entry of entries) {
    if (entry.length > BUNDLE_ENTRY_BYTES_MAX)
      throw new RecordError('entry-too-large', 'An entry must fit in 65,535 bytes.');
    bytes[at] = entry.length >> 8;
    bytes[at + 1] = entry.length & 0xff;
    bytes.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bytes;
}

/** The entries of a bundle. @throws RecordError `bad-tile` where lengths and bytes disagree or the count is above 256 */
export function decodeBundle(bytes: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + 2 > bytes.length) throw new RecordError('bad-tile', 'An entry bundle ends inside a length.');
    const length = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
    at += 2;
    if (at + length > bytes.length)
      throw new RecordError('bad-tile', 'An entry bundle ends inside an entry.');
    entries.push(bytes.subarray(at, at + length));
    at += length;
    if (entries.length > TILE_WIDTH)
      throw new RecordError('bad-tile', 'An entry bundle holds more than 256 entries.');
  }
  return entries;
}
