import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyBundle } from '../src/verify-bundle.ts';
import { TRUST, WITNESSED_TRUST, W1, W2, writeBundle } from './bundle-writer.ts';
import { rememberingTrust, trustOf } from './trusts.ts';

// Flipping any byte of any file makes verification fail (docs/bundle.md).

const POSITIONS_MIN = 200;

/** Every position of a small file; of a large one evenly spread ones with the first and the last. */
function positionsIn(length: number): number[] {
  if (length <= 2 * POSITIONS_MIN) return Array.from({ length }, (_, i) => i);
  const spread = Array.from({ length: POSITIONS_MIN }, (_, i) =>
    Math.floor((i * (length - 1)) / (POSITIONS_MIN - 1)),
  );
  return [...new Set(spread)];
}

const bundle = writeBundle({ witnesses: [W1, W2] });
const trust = rememberingTrust(TRUST);

for (const [path, bytes] of bundle) {
  test(`a flipped byte in ${path} (${bytes.length} bytes) fails`, () => {
    for (const at of positionsIn(bytes.length)) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] as number) ^ (1 << (at % 8));
      const { verdict, checks } = verifyBundle(new Map([...bundle, [path, changed]]), trust);
      assert.equal(verdict, 'failed', `byte ${at}`);
      assert.ok(checks.some((check) => check.result === 'FAIL'));
    }
  });
}

test('every byte of both checkpoints matters where the manifest does not protect it: signature bytes included', () => {
  const witnessed = trustOf(WITNESSED_TRUST);
  const sound = bundle.get('checkpoints/last') as Uint8Array;
  for (const at of positionsIn(sound.length).filter((_, i) => i % 5 === 0)) {
    const changed = Uint8Array.from(sound);
    changed[at] = (changed[at] as number) ^ 1;
    const files = writeBundle({
      witnesses: [W1, W2],
      editFiles: (f) => void f.set('checkpoints/last', changed),
    });
    assert.notEqual(verifyBundle(files, witnessed).verdict, 'verified', `byte ${at}`);
  }
});

test('the unchanged bundle verifies', () => {
  assert.equal(verifyBundle(bundle, trust).verdict, 'verified, unwitnessed');
});
