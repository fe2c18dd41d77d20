import assert from 'node:assert/strict';
import {
  createFrontier,
  concat,
  decodeBundle,
  decodeEntry,
  encodeBundle,
  formatCheckpoint,
  leafHash,
  RecordError,
  TILE_WIDTH,
  tilePath,
  utf8,
} from '@portcullis/record';
import { verifyLedger } from '../../../packages/verify/src/verify-ledger.ts';
import { ORIGIN, signBytes, TRUST } from '../oracles/fixed-log.ts';
import { outcomeOf } from '../oracles/outcome.ts';
import { vectors } from '../oracles/seeds.ts';
import type { FuzzTarget } from '../target.ts';

function isEntry(bytes: Uint8Array): boolean {
  return 'value' in outcomeOf(RecordError, () => decodeEntry(bytes));
}

/** A whole ledger of these entries, as static files with the bundle as it came. */
function filesOf(bundle: Uint8Array, entries: readonly Uint8Array[]): Map<string, Uint8Array> {
  const frontier = createFrontier();
  const hashes = entries.map(leafHash);
  for (const hash of hashes) frontier.append(hash);
  const text = formatCheckpoint({ origin: ORIGIN, size: entries.length, root: frontier.root() });
  return new Map([
    ['checkpoint', signBytes(utf8(text), false)],
    [tilePath('entries', 0, entries.length), bundle],
    [tilePath(0, 0, entries.length), concat(...hashes)],
    ...(entries.length === TILE_WIDTH ? [[tilePath(1, 0, 1), frontier.root()] as const] : []),
  ]);
}

function fuzz(input: Buffer): void {
  const decoded = outcomeOf(RecordError, () => decodeBundle(input));
  const entries = 'value' in decoded ? decoded.value : [];
  if ('value' in decoded)
    assert.deepEqual(Buffer.from(encodeBundle(entries)), input, 'a bundle has two readings');
  const sound = 'value' in decoded && entries.length > 0 && entries.every(isEntry);
  const files = filesOf(input, entries.length > 0 ? entries : [new Uint8Array(0)]);
  const { checks } = verifyLedger((path) => files.get(path), TRUST);
  const unjudged = checks.find(({ sentence }) => sentence.startsWith('It could not be judged'));
  assert.equal(unjudged, undefined, 'the verifier met an error that is not its own');
  if (sound) assert.equal(checks.find(({ result }) => result === 'FAIL')?.sentence, undefined);
}

export const target: FuzzTarget = {
  name: 'entry-bundle',
  holds: 'An entry bundle has one reading, and a ledger of it verifies where all its entries are sound.',
  seeds: () => {
    const entries = vectors('entries/*.v1.json');
    return [
      encodeBundle(entries.slice(0, 3)),
      encodeBundle(entries),
      encodeBundle([new Uint8Array(0)]),
      Uint8Array.of(0, 5, 1),
    ];
  },
  words: ['{"type":', '\u0000\u0002'],
  fuzz,
};
