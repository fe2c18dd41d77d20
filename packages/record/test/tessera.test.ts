import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  consistencyProof,
  createFrontier,
  createNodeReader,
  decodeBundle,
  encodeBundle,
  equalBytes,
  fromUtf8,
  inclusionProof,
  leafHash,
  openNote,
  parseCheckpoint,
  rootAt,
  tilePath,
  tileWidthAt,
  verifyConsistency,
  verifyInclusion,
} from '@portcullis/record';
import { createVerifier } from '@portcullis/record/signing';
import { needsOracle, readOracle } from './oracles.ts';

// A real log written by another program: transparency-dev/tessera testdata/log, with the key its build script publishes.

const VKEY = 'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx';

function checkpointAt(size: number) {
  const note = readOracle(`tessera/checkpoint.${size}`);
  return parseCheckpoint(openNote(note, [createVerifier(VKEY)]).text);
}

test(
  'every checkpoint of the log opens and its root follows from tiles and from entries',
  needsOracle('tessera'),
  () => {
    for (let size = 0; size <= 15; size++) {
      const checkpoint = checkpointAt(size);
      assert.equal(checkpoint.size, size);
      const frontier = createFrontier();
      if (size > 0) {
        const bundle = readOracle(`tessera/${tilePath('entries', 0, size)}`);
        const entries = decodeBundle(bundle);
        assert.deepEqual(encodeBundle(entries), bundle);
        for (const entry of entries) frontier.append(leafHash(entry));
        assert.equal(entries.length, size);
      }
      assert.deepEqual(frontier.root(), checkpoint.root);
      const read = createNodeReader(size, (level, index, width) =>
        readOracle(`tessera/${tilePath(level, index, width)}`),
      );
      assert.deepEqual(rootAt(size, read), checkpoint.root, `root of ${size}`);
    }
  },
);

test('proofs from its tiles verify against its checkpoints', needsOracle('tessera'), () => {
  const last = checkpointAt(15);
  const read = createNodeReader(15, (level, index, width) =>
    readOracle(`tessera/${tilePath(level, index, width)}`),
  );
  const entries = decodeBundle(readOracle(`tessera/${tilePath('entries', 0, 15)}`));
  for (const [i, entry] of entries.entries())
    verifyInclusion(i, 15, leafHash(entry), inclusionProof(i, 15, read), last.root);
  for (let size = 1; size <= 15; size++) {
    verifyConsistency(size, 15, consistencyProof(size, 15, read), checkpointAt(size).root, last.root);
  }
});

test('its signatures bind the text', needsOracle('tessera'), () => {
  const note = fromUtf8(readOracle('tessera/checkpoint.15'));
  assert.throws(() => openNote(note.replace('\n15\n', '\n14\n'), [createVerifier(VKEY)]), {
    code: 'bad-signature',
  });
});

test('tile paths are those of c2sp.org/tlog-tiles', () => {
  assert.equal(tilePath(0, 1234067), 'tile/0/x001/x234/067');
  assert.equal(tilePath('entries', 0), 'tile/entries/000');
  assert.equal(tilePath(1, 999, 255), 'tile/1/999.p/255');
  assert.equal(tilePath(63, 1000), 'tile/63/x001/000');
  assert.throws(() => tilePath(0, -1), { code: 'bad-tile' });
  assert.throws(() => tilePath(0, 1.5), { code: 'bad-tile' });
});

test('widths: a tree of 70000 has 273 full level-0 tiles, one of 112, and 17 nodes in the second level-1 tile', () => {
  assert.equal(tileWidthAt(0, 272, 70_000), 256);
  assert.equal(tileWidthAt(0, 273, 70_000), 112);
  assert.equal(tileWidthAt(0, 274, 70_000), 0);
  assert.equal(tileWidthAt(1, 1, 70_000), 17);
  assert.equal(tileWidthAt(2, 0, 70_000), 1);
});

test('a tile of the wrong length and a node outside the tree are refused', () => {
  const read = createNodeReader(5, () => new Uint8Array(31));
  assert.throws(() => read(0, 0), { code: 'bad-tile' });
  assert.throws(() => read(0, 5), { code: 'bad-tile' });
  assert.throws(() => read(3, 0), { code: 'bad-tile' });
});

test('bundles that lie about lengths are refused', () => {
  for (const bad of [[0], [0, 2, 1], [0xff, 0xff], [0, 0, 0]])
    assert.throws(() => decodeBundle(Uint8Array.from(bad)), { code: 'bad-tile' });
  assert.throws(() => decodeBundle(new Uint8Array(2 * 257)), { code: 'bad-tile' });
  assert.equal(decodeBundle(new Uint8Array(2 * 256)).length, 256);
  assert.throws(() => encodeBundle([new Uint8Array(65_536)]), { code: 'entry-too-large' });
  assert.ok(equalBytes(encodeBundle([new Uint8Array(0)]), Uint8Array.of(0, 0)));
});
