import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findCommunities } from '../src/linking/communities.ts';
import { createRandom } from '../src/random.ts';

/** Everybody in it names everybody else. */
const clique = (names: readonly string[]): [string, string[]][] =>
  names.map((name) => [name, names.filter((other) => other !== name)]);

const hostile = ['__proto__', 'constructor', 'toString', '', 'a"b\n', '0', '1'];
const plain = ['m', 'n', 'o', 'p', 'q'];

test('two groups that name each other within are two communities, whatever they are called', () => {
  const found = findCommunities(
    [...plain, ...hostile],
    new Map([...clique(hostile), ...clique(plain)]),
    createRandom(1),
  );
  assert.deepEqual(found, [[...hostile].sort(), plain]);
});

test('one link between groups does not join them', () => {
  const neighbours = new Map([...clique(hostile), ...clique(plain)]);
  neighbours.get('m')?.push('__proto__');
  assert.equal(findCommunities([...hostile, ...plain], neighbours, createRandom(1)).length, 2);
});

test('accounts without neighbours, and neighbours that are no accounts, belong to nothing', () => {
  assert.deepEqual(findCommunities([], new Map(), createRandom(1)), []);
  assert.deepEqual(findCommunities(['a', 'b'], new Map(), createRandom(1)), []);
  assert.deepEqual(findCommunities(['a', 'b'], new Map([['a', ['x', 'y', 'a']]]), createRandom(1)), []);
  const strangers = new Map([
    ['a', ['x', 'y']],
    ['b', ['x', 'y']],
  ]);
  assert.deepEqual(
    findCommunities(['a', 'b'], strangers, createRandom(1)),
    [],
    'a common stranger links nobody',
  );
  const found = findCommunities(['a', 'b', 'c'], new Map([['a', ['b', 'x']]]), createRandom(1));
  assert.deepEqual(found, [['a', 'b']]);
});

test('naming one another counts twice', () => {
  const [left, right] = [
    ['a', 'b', 'c', 'd'],
    ['p', 'q', 'r', 's'],
  ] as const;
  // x is named back by two of the left and names three of the right that do not name it.
  const neighbours = new Map([...clique(left), ...clique(right), ['x', ['a', 'b', 'p', 'q', 'r']]]);
  for (const name of ['a', 'b']) neighbours.get(name)?.push('x');
  assert.deepEqual(findCommunities([...left, ...right, 'x'], neighbours, createRandom(1)), [
    [...left, 'x'],
    right,
  ]);
});

test('the same seed gives the same communities', () => {
  const names = Array.from({ length: 60 }, (_, i) => `n${i}`);
  const ring = new Map(
    names.map((name, i) => [name, [1, 2, 3].map((step) => names[(i + step) % 60] as string)]),
  );
  const find = (seed: number): string[][] => findCommunities(names, ring, createRandom(seed));
  assert.deepEqual(find(5), find(5));
  assert.equal(find(5).flat().length, 60);
});
