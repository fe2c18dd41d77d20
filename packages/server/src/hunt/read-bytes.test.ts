import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { temporaryFolder } from '../cli/test/run-cli.ts';
import { createSeededTexts } from './test/seeded-texts.ts';
import { CutShort, readBytes } from './read-bytes.ts';

type Read = { readonly text: string; readonly bytes: number; readonly cut: string | undefined };

/** Reads a file of these bytes to its end, or as far as it goes. */
async function read(t: { after(fn: () => void): void }, bytes: Uint8Array, name = 'a.jsonl'): Promise<Read> {
  const path = join(temporaryFolder(t), name);
  writeFileSync(path, bytes);
  const parts: Buffer[] = [];
  let counted = 0;
  let cut: string | undefined;
  try {
    for await (const part of readBytes({ given: name, path, sizeBytes: bytes.length }, (n) => {
      counted += n;
    }))
      parts.push(part);
  } catch (error) {
    assert.ok(error instanceof CutShort);
    cut = error.message;
  }
  return { text: Buffer.concat(parts).toString(), bytes: counted, cut };
}

const TEXT = createSeededTexts(20_000).join('\n');
const PACKED = gzipSync(TEXT);

test('gzip is known by its leading bytes and not by its name', async (t) => {
  const plain = await read(t, Buffer.from(TEXT), 'plain.gz');
  assert.deepEqual(plain, { text: TEXT, bytes: Buffer.byteLength(TEXT), cut: undefined });
  const packed = await read(t, PACKED, 'packed.jsonl');
  assert.deepEqual(packed, { text: TEXT, bytes: PACKED.length, cut: undefined });
  assert.ok(PACKED.length > 3 * 65_536, 'several chunks');
});

test('joined gzip files are read as one; an empty file and one of a single byte are whole', async (t) => {
  const joined = await read(t, Buffer.concat([PACKED, gzipSync('end'), gzipSync('')]));
  assert.deepEqual([joined.text === `${TEXT}end`, joined.cut], [true, undefined]);
  assert.deepEqual(await read(t, Buffer.alloc(0)), { text: '', bytes: 0, cut: undefined });
  assert.deepEqual(await read(t, Buffer.from('x')), { text: 'x', bytes: 1, cut: undefined });
});

test('of a gzip file that ends too early, all that it held comes, and why it ended', async (t) => {
  const small = gzipSync('one\ntwo\nthree\n');
  for (let length = 2; length < small.length; length++) {
    const { text, cut } = await read(t, small.subarray(0, length));
    assert.ok('one\ntwo\nthree\n'.startsWith(text));
    assert.equal(cut, 'its gzip data ends too early', `${length} bytes`);
    // The checks at the end are missing; the content is all there.
    if (length >= small.length - 8) assert.equal(text, 'one\ntwo\nthree\n', `${length} bytes`);
  }
  const half = await read(t, PACKED.subarray(0, PACKED.length >> 1));
  assert.ok(TEXT.startsWith(half.text) && half.text.length > TEXT.length * 0.4, String(half.text.length));
});

test('damaged gzip data, and what follows gzip data, end the file and are said', async (t) => {
  const damaged = Buffer.from(PACKED);
  damaged.fill(0xff, PACKED.length >> 1, (PACKED.length >> 1) + 64);
  const broken = await read(t, damaged);
  assert.match(broken.cut ?? '', /damaged/);
  const sound = TEXT.length / 2 - 70_000;
  assert.equal(broken.text.slice(0, sound), TEXT.slice(0, sound));
  const followed = await read(t, Buffer.concat([PACKED, Buffer.from('{"time":1}\n'.repeat(5_000))]));
  assert.equal(followed.cut, 'its gzip data is damaged, or something else follows it');
  assert.ok(TEXT.startsWith(followed.text) && followed.text.length >= TEXT.length - 16_384);
  const zeros = Buffer.alloc(100_000);
  const filled = await read(t, Buffer.concat([PACKED, zeros]));
  assert.deepEqual([filled.text === TEXT, filled.cut], [true, undefined]);
  for (const more of [
    [zeros, PACKED],
    [Buffer.of(0), Buffer.from('x')],
  ]) {
    const late = await read(t, Buffer.concat([PACKED, ...more]));
    assert.deepEqual([late.text === TEXT, late.cut], [true, 'something else follows its gzip data']);
  }
});

test('a file that is gone by then is cut short, and not the end of the run', async () => {
  const gone = readBytes(
    { given: 'gone', path: join(import.meta.dirname, 'no-such-file'), sizeBytes: 1 },
    () => {},
  );
  await assert.rejects(gone.next(), /could not be read on \(ENOENT\)/);
});

test('whatever is changed in a gzip file, it ends: whole, or cut short by a sentence', async (t) => {
  const packed = gzipSync(createSeededTexts(200).join('\n'));
  const edits = fc.array(fc.tuple(fc.nat(packed.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
  const holds = fc.asyncProperty(edits, fc.nat(packed.length), async (changes, length) => {
    const bytes = Buffer.from(packed);
    for (const [at, byte] of changes) bytes[at] = byte;
    const { bytes: counted } = await read(t, bytes.subarray(0, length));
    assert.ok(counted <= length);
  });
  await fc.assert(holds, { numRuns: 200, interruptAfterTimeLimit: 2_000 });
});
