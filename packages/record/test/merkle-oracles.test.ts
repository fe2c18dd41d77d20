import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyRoot, fromBase64, RecordError, verifyConsistency, verifyInclusion } from '@portcullis/record';
import { needsOracle, readCases } from './oracles.ts';

// transparency-dev/merkle testdata. Roots and hashes there may have any length, so this also checks that odd ones are refused.

type Case = { path: string; value: Record<string, unknown> };

function bytes(value: unknown): Uint8Array {
  return typeof value === 'string' ? fromBase64(value) : new Uint8Array(0);
}

function list(value: unknown): Uint8Array[] {
  return ((value ?? []) as string[]).map(bytes);
}

function accepts(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    assert.ok(error instanceof RecordError, `not a RecordError: ${String(error)}`);
    assert.equal(error.code, 'bad-proof');
    return false;
  }
}

/** The cases on which `judge` and the oracle differ. */
function deviations(cases: Case[], judge: (value: Record<string, unknown>) => boolean): string[] {
  return cases
    .filter(({ value }) => judge(value) === value.wantErr)
    .map(({ path, value }) => `${path}: oracle ${value.wantErr ? 'refuses' : 'accepts'}`);
}

test('inclusion: all 98 published cases', needsOracle('merkle/inclusion'), () => {
  const cases = readCases('merkle/inclusion');
  assert.equal(cases.length, 98);
  const found = deviations(cases, (v) =>
    accepts(() =>
      verifyInclusion(
        BigInt(v.leafIdx as string),
        BigInt(v.treeSize as string),
        bytes(v.leafHash),
        list(v.proof),
        bytes(v.root),
      ),
    ),
  );
  assert.deepEqual(found, INCLUSION_DEVIATIONS);
});

test('consistency: all 98 published cases', needsOracle('merkle/consistency'), () => {
  const cases = readCases('merkle/consistency');
  assert.equal(cases.length, 98);
  const found = deviations(cases, (v) =>
    accepts(() =>
      verifyConsistency(
        BigInt(v.size1 as string),
        BigInt(v.size2 as string),
        list(v.proof),
        bytes(v.root1),
        bytes(v.root2),
      ),
    ),
  );
  assert.deepEqual(found, CONSISTENCY_DEVIATIONS);
});

test('subtree cases that start at 0 are ordinary ones', needsOracle('merkle/subtreeinclusion'), () => {
  const inclusion = readCases('merkle/subtreeinclusion').filter(({ value }) => value.start === '0');
  const consistency = readCases('merkle/subtreeconsistency').filter(({ value }) => value.start === '0');
  assert.ok(inclusion.length > 20 && consistency.length > 20);
  const found = [
    ...deviations(inclusion, (v) =>
      accepts(() =>
        verifyInclusion(
          BigInt(v.leafIdx as string),
          BigInt(v.end as string),
          bytes(v.leafHash),
          list(v.proof),
          bytes(v.root),
        ),
      ),
    ),
    ...deviations(consistency, (v) =>
      accepts(() =>
        verifyConsistency(
          BigInt(v.end as string),
          BigInt(v.size as string),
          list(v.proof),
          bytes(v.root1),
          bytes(v.root2),
        ),
      ),
    ),
  ];
  assert.deepEqual(found, SUBTREE_DEVIATIONS);
});

/** None: the empty root and size 0, where a textbook RFC 9162 verifier differs, are decided as the oracle decides them. */
const INCLUSION_DEVIATIONS: string[] = [];
const CONSISTENCY_DEVIATIONS: string[] = [];
/** A consistency proof between two empty trees with a wrong root: a subtree says nothing of the tree's root, equal sizes do. */
const SUBTREE_DEVIATIONS: string[] = [
  'additional/subtree-is-empty-sizes-are-equal-zero-subtree-root-valid-tree-root-random-proof-is-empty.json: oracle accepts',
];

test('the four cases that a textbook verifier misses', () => {
  const empty = emptyRoot();
  const other = new Uint8Array(32);
  verifyConsistency(0, 0, [], empty, empty);
  assert.ok(!accepts(() => verifyConsistency(0, 0, [], other, other)), 'the empty tree has one root');
  assert.ok(!accepts(() => verifyConsistency(0, 1, [], empty, other)), 'size 0 proves nothing');
  assert.ok(!accepts(() => verifyConsistency(0, 1, [other], empty, other)));
  assert.ok(!accepts(() => verifyInclusion(0, 0, other, [], empty)), 'nothing is in the empty tree');
});
