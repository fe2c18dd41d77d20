import { gzipSync } from 'node:zlib';
import type { JsonObject } from './json.ts';
import type { Faults } from './faults.ts';
import { invalidMark } from './answer.ts';

const padBytes = 64 * 1024;
const bombMemberBytes = 1024 * 1024;

/** A whole answer's body, made lazily so that gigabytes of padding take no memory. */
export interface WholeBody {
  readonly lengthBytes: number;
  readonly pieces: Iterable<Buffer>;
}

/** The JSON answer as bytes, padded and compressed as the faults ask. */
export function wholeBody(body: JsonObject, faults: Faults): WholeBody {
  const json = spoil(Buffer.from(JSON.stringify(body)), faults);
  const bombMib = faults.get('gzip-bomb');
  const padding =
    bombMib === undefined
      ? Math.max((faults.get('big-body-bytes') ?? 0) - json.length, 0)
      : bombMib * bombMemberBytes;
  if (bombMib === undefined && !faults.has('gzip')) return repeat(json, padBytes, padding, spaces);
  // RFC 1952 section 2.2: a gzip file may have several members; each 1 MiB of spaces takes about 1 KiB.
  return repeat(gzipSync(json), bombMemberBytes, padding, (length) => gzipSync(spaces(length)));
}

function spaces(length: number): Buffer {
  return Buffer.alloc(length, ' ');
}

function repeat(
  first: Buffer,
  blockBytes: number,
  padding: number,
  make: (length: number) => Buffer,
): WholeBody {
  const count = Math.floor(padding / blockBytes);
  const block = count > 0 ? make(blockBytes) : Buffer.alloc(0);
  const rest = padding % blockBytes > 0 ? make(padding % blockBytes) : Buffer.alloc(0);
  function* pieces(): Generator<Buffer> {
    yield first;
    for (let nth = 0; nth < count; nth++) yield block;
    if (rest.length > 0) yield rest;
  }
  return { lengthBytes: first.length + count * block.length + rest.length, pieces: pieces() };
}

const mark = Buffer.from(invalidMark);
/** 0xFF is never UTF-8; 0xC3 0x28 is a lead byte without its continuation (RFC 3629 section 3). */
const notUtf8 = Buffer.from([0xff, 0xc3, 0x28]);

/** Puts bytes that are not UTF-8 where the text has the mark, if the fault is on. Same length. */
export function spoil(bytes: Buffer, faults: Faults): Buffer {
  if (!faults.has('invalid-utf8')) return bytes;
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at)) notUtf8.copy(bytes, at);
  return bytes;
}
