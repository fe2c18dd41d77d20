import assert from 'node:assert/strict';
import {
  concat,
  createEntry,
  createFrontier,
  createNodeReader,
  encodeBundle,
  encodeEntry,
  equalBytes,
  formatCheckpoint,
  HASH_BYTES,
  inclusionProof,
  leafHash,
  rootAt,
  TILE_WIDTH,
  tilePath,
  utf8,
} from '@portcullis/record';
import { readTile } from '../../../packages/server/src/ledger/check-ledger.ts';
import { ServerError } from '../../../packages/server/src/server-error.ts';
import { createGrowingTree, rootFromInclusion } from '../../../packages/verify/src/tree.ts';
import { verifyLedger } from '../../../packages/verify/src/verify-ledger.ts';
import { ORIGIN, signBytes, TRUST } from '../oracles/fixed-log.ts';
import { outcomeOf } from '../oracles/outcome.ts';
import type { FuzzTarget } from '../target.ts';

/** A ledger as static files, and its leaf hashes. */
type Log = { readonly hashes: readonly Uint8Array[]; readonly files: ReadonlyMap<string, Uint8Array> };
/** The tile that the input takes the place of. */
type Place = {
  readonly log: Log;
  readonly level: 0 | 1;
  readonly index: number;
  readonly width: number;
  readonly path: string;
};

function makeLog(size: number): Log {
  const entries = Array.from({ length: size }, (_, i) =>
    encodeEntry(
      createEntry('account.limited', Date.UTC(2026, 0, 1), { account: `a-${i}`, by: 'portcullis' }),
    ),
  );
  const hashes = entries.map(leafHash);
  const frontier = createFrontier();
  const files = new Map<string, Uint8Array>();
  for (const hash of hashes) frontier.append(hash);
  for (let at = 0; at < size; at += TILE_WIDTH) {
    const width = Math.min(TILE_WIDTH, size - at);
    files.set(tilePath('entries', at / TILE_WIDTH, width), encodeBundle(entries.slice(at, at + width)));
    files.set(tilePath(0, at / TILE_WIDTH, width), concat(...hashes.slice(at, at + width)));
  }
  if (size >= TILE_WIDTH) files.set(tilePath(1, 0, 1), rootOf(hashes.slice(0, TILE_WIDTH)));
  const text = formatCheckpoint({ origin: ORIGIN, size, root: frontier.root() });
  files.set('checkpoint', signBytes(utf8(text), false));
  return { hashes, files };
}

/** As the verifier makes it, which shares no code with the library that the proofs are made with. */
function rootOf(hashes: readonly Uint8Array[]): Uint8Array {
  const tree = createGrowingTree();
  for (const hash of hashes) tree.append(hash);
  return tree.root();
}

const SMALL = makeLog(5);
const LARGE = makeLog(TILE_WIDTH + 3);
const place = (log: Log, level: 0 | 1, index: number, width: number): Place => ({
  log,
  level,
  index,
  width,
  path: tilePath(level, index, width),
});
const PLACES: readonly Place[] = [
  place(LARGE, 0, 0, TILE_WIDTH),
  place(LARGE, 0, 1, 3),
  place(LARGE, 1, 0, 1),
  place(SMALL, 0, 0, 5),
];
/** Most choices are of the small ledger, which is judged fifty times as fast. */
const CHOICES = 32;

function fuzz(input: Buffer): void {
  const choice = Math.min((input[0] ?? 0) % CHOICES, PLACES.length - 1);
  const at = PLACES[choice] as Place;
  const tile = new Uint8Array(input.subarray(1));
  const { log, level, index, width, path } = at;
  const read = (name: string): Uint8Array | undefined => (name === path ? tile : log.files.get(name));

  const isFormed = tile.length % HASH_BYTES === 0 && tile.length >= width * HASH_BYTES;
  const taken = tile.subarray(0, width * HASH_BYTES);
  const isTrue = isFormed && equalBytes(taken, log.files.get(path) as Uint8Array);
  const { checks } = verifyLedger(read, TRUST);
  const verdict = checks.find(({ name }) => name === 'tiles');
  assert.equal(verdict?.result, isTrue ? 'pass' : 'FAIL', verdict?.sentence);

  const served = outcomeOf(ServerError, () => readTile(read, level, index, width));
  assert.equal('value' in served, isFormed, 'the server takes a tile that has no form, or refuses one');
  if ('value' in served) compareProofs(at, read, taken);
}

/** Proofs from the server's tiles lead to the root that these very hashes have, whatever they are. */
function compareProofs(
  { log, level, index, width }: Place,
  read: (name: string) => Uint8Array | undefined,
  taken: Uint8Array,
) {
  const size = log.hashes.length;
  const nodes = createNodeReader(size, (...which) => readTile(read, ...which));
  const hashes = [...log.hashes];
  if (level === 0)
    for (let i = 0; i < width; i++)
      hashes[index * TILE_WIDTH + i] = taken.slice(i * HASH_BYTES, (i + 1) * HASH_BYTES);
  for (const leaf of [0, TILE_WIDTH - 1, size - 1].filter((leaf) => leaf < size)) {
    const proof = inclusionProof(leaf, size, nodes);
    const root = rootFromInclusion(leaf, size, hashes[leaf] as Uint8Array, proof);
    // What lies above a full tile is read from the tile above it.
    const stored = leaf >= TILE_WIDTH ? rootAt(size, nodes) : rootOf(hashes);
    assert.ok(equalBytes(root, stored), `the proof of leaf ${leaf} leads to another root`);
  }
}

export const target: FuzzTarget = {
  name: 'hash-tile',
  holds:
    'A tile of hashes passes only where it follows from the entries; of any other the server makes proofs for these very hashes, or refuses.',
  seeds: () =>
    PLACES.flatMap(({ log, path }, choice) => {
      const bytes = log.files.get(path) as Uint8Array;
      const changed = Uint8Array.from(bytes);
      changed[7] = (changed[7] as number) ^ 1;
      return [bytes, changed, concat(bytes, bytes), bytes.subarray(1), new Uint8Array(0)].map((one) =>
        concat(Uint8Array.of(choice), one),
      );
    }),
  fuzz,
};
