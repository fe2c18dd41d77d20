import { HASH_BYTES, nodeHash } from './merkle.ts';
import type { NodeReader } from './proofs.ts';
import { RecordError } from './record-error.ts';
import { TILE_HEIGHT, TILE_WIDTH, tileWidthAt } from './tiles.ts';

/** Reads the bytes of a tile of hashes; the caller knows which width the tree has. */
export type TileReader = (level: number, index: number, width: number) => Uint8Array;

/**
 * A {@link NodeReader} over the tiles of a tree of `size` leaves. Nodes inside a tile are hashed from its lowest row.
 * @throws RecordError `bad-tile` where a tile has another length than the tree demands
 */
export function createNodeReader(size: number, readTile: TileReader): NodeReader {
  return (level, index) => {
    const tileLevel = Math.floor(level / TILE_HEIGHT);
    const span = 2 ** (level % TILE_HEIGHT);
    const first = index * span;
    const tileIndex = Math.floor(first / TILE_WIDTH);
    const width = tileWidthAt(tileLevel, tileIndex, size);
    const offset = first % TILE_WIDTH;
    if (offset + span > width)
      throw new RecordError('bad-tile', `Node ${index} of level ${level} is not in a tree of ${size}.`);
    const tile = readTile(tileLevel, tileIndex, width);
    if (tile.length !== width * HASH_BYTES)
      throw new RecordError('bad-tile', `Tile ${tileLevel}/${tileIndex} has a wrong length.`);
    return foldHashes(tile.subarray(offset * HASH_BYTES, (offset + span) * HASH_BYTES));
  };
}

/** The root over a power-of-two row of hashes laid end to end. */
export function foldHashes(row: Uint8Array): Uint8Array {
  let hashes: Uint8Array[] = [];
  for (let at = 0; at < row.length; at += HASH_BYTES) hashes.push(row.slice(at, at + HASH_BYTES));
  while (hashes.length > 1) {
    const above: Uint8Array[] = [];
    for (let i = 0; i < hashes.length; i += 2)
      above.push(nodeHash(hashes[i] as Uint8Array, hashes[i + 1] as Uint8Array));
    hashes = above;
  }
  return hashes[0] as Uint8Array;
}
