import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { createLineSplitter } from './split-lines.ts';

const LINE_BYTES_MAX = 8;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** All lines of a text that comes in pieces of these lengths. */
function split(bytes: Buffer, lengths: readonly number[]): string[] {
  const splitter = createLineSplitter(LINE_BYTES_MAX);
  const lines: string[] = [];
  const keep = (line: Buffer | 'too_long'): void => void lines.push(line.toString());
  let at = 0;
  for (const length of [...lengths, bytes.length]) {
    splitter.push(bytes.subarray(at, at + length));
    at += length;
    for (let line = splitter.next(); line !== undefined; line = splitter.next()) keep(line);
  }
  const rest = splitter.rest();
  if (rest !== undefined) keep(rest);
  assert.equal(splitter.rest(), undefined);
  return lines;
}

test('lines are the same however the bytes were cut, and one beyond the limit says so', () => {
  const text = fc.array(fc.constantFrom('\n', 'a', 'é', 'bcd', '\r\n'), { maxLength: 40 });
  fc.assert(
    fc.property(text, fc.array(fc.nat(7), { maxLength: 30 }), (parts, lengths) => {
      const bytes = Buffer.from(parts.join(''));
      const expected = bytes.toString().split('\n');
      if (expected.at(-1) === '') expected.pop();
      const judged = expected.map((line) => (Buffer.byteLength(line) > LINE_BYTES_MAX ? 'too_long' : line));
      assert.deepEqual(split(bytes, lengths), judged);
    }),
  );
});

test('of a line beyond the limit nothing is kept, and the next one is whole', () => {
  const splitter = createLineSplitter(LINE_BYTES_MAX);
  for (let i = 0; i < 256; i++) {
    splitter.push(Buffer.alloc(2 ** 20, 'x'));
    assert.equal(splitter.next(), undefined);
  }
  collectGarbage();
  assert.ok(process.memoryUsage().arrayBuffers < 2 ** 26, 'chunks of the line are still held');
  splitter.push(Buffer.from('x\nnext\n'));
  assert.equal(splitter.next(), 'too_long');
  assert.equal(splitter.next()?.toString(), 'next');
});
