import { wrongField } from './fields.ts';

interface FaultRow {
  readonly does: string;
  readonly min?: number;
  readonly max?: number;
  readonly otherwise?: number;
}

/**
 * Everything the header `x-practice-fault: NAME[=VALUE][,NAME=VALUE]…` can ask for. Values are integers; `otherwise` is the
 * value of a name that stands alone. README.md has the same table; a test compares the two.
 */
export const faultTable = {
  status: { min: 400, max: 599, does: 'answer with this status in the API’s own error shape' },
  'retry-after': {
    min: 0,
    max: 86_400,
    does: 'seconds in `retry-after` of status 429, 503 and 529 (1 unless given)',
  },
  times: {
    min: 1,
    max: 1_000,
    does: 'only the first N requests with this very header value meet its faults',
  },
  id: { min: 0, max: 2 ** 31, does: 'nothing by itself; tells the `times` of one test from another’s' },
  'delay-headers-ms': { min: 0, max: 600_000, does: 'wait before the status line' },
  'delay-first-token-ms': {
    min: 0,
    max: 600_000,
    does: 'wait between the headers and the first token or body byte',
  },
  'delay-token-ms': { min: 0, max: 60_000, does: 'wait before every later token of a stream' },
  'never-answer': { does: 'read the request, then send nothing until the peer leaves' },
  'close-before-headers': { does: 'close the connection without a byte' },
  'close-after-bytes': {
    min: 0,
    max: 2 ** 31,
    does: 'close (FIN) after N body bytes; the framing promised more',
  },
  'reset-after-bytes': { min: 0, max: 2 ** 31, does: 'the same with a reset (RST)' },
  'error-mid-stream': {
    min: 0,
    max: 1_000,
    otherwise: 3,
    does: 'the API’s error event after N tokens of a 200 stream, then the end',
  },
  'long-stream-tokens': {
    min: 1,
    max: 50_000_000,
    does: 'an answer of exactly N tokens; stops and limits are ignored',
  },
  'big-body-bytes': {
    min: 1,
    max: 2 ** 31,
    does: 'pad a whole (not streamed) JSON answer with spaces to N bytes',
  },
  'lie-content-length': {
    min: -(2 ** 31),
    max: 2 ** 31,
    does: '`content-length` is off by N (+N or -N), then close',
  },
  'truncate-chunked': { does: 'the last chunk announces more bytes than come, and no end follows' },
  'split-bytes': { min: 1, max: 65_536, does: 'write the body N bytes at a time, each as its own packet' },
  crlf: { does: 'end the lines of a stream with CR LF' },
  comments: { does: 'a comment line before every event of a stream' },
  'multi-line-data': { does: 'spread the JSON of every event over several `data:` lines' },
  'invalid-utf8': { does: 'the answer’s text begins with bytes that are not UTF-8' },
  gzip: { does: '`content-encoding: gzip`, flushed at every event' },
  'gzip-bomb': {
    min: 1,
    max: 65_536,
    otherwise: 256,
    does: 'gzip, with N MiB of spaces after a JSON answer’s own bytes',
  },
  'no-usage': { does: 'leave out every `usage`' },
  'headers-big': {
    min: 1,
    max: 64 * 2 ** 20,
    otherwise: 65_536,
    does: 'N more bytes of response headers, 4 KiB each',
  },
  'informational-103': { does: 'a 103 Early Hints before the final status' },
} as const satisfies Record<string, FaultRow>;

export type FaultName = keyof typeof faultTable;

/** What one request asked for: the value by name; 0 for names without one. */
export type Faults = ReadonlyMap<FaultName, number>;

export const noFaults: Faults = new Map();

/** Reads the header's value. Throws a 400 that names what is not in the table or out of its range. */
export function parseFaults(header: string | undefined): Faults {
  if (header === undefined || header.trim() === '') return noFaults;
  const faults = new Map<FaultName, number>();
  for (const part of header.split(',')) {
    const [name = '', value] = part.trim().split('=', 2);
    if (!isFaultName(name))
      throw wrongField('x-practice-fault', `one of ${Object.keys(faultTable).join(', ')}`);
    faults.set(name, readValue(name, value));
  }
  return faults;
}

function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(faultTable, name);
}

function readValue(name: FaultName, value: string | undefined): number {
  const { min, max, otherwise }: FaultRow = faultTable[name];
  if (min === undefined || max === undefined) {
    if (value !== undefined) throw wrongField('x-practice-fault', `${name} without a value`);
    return 0;
  }
  const number = value === undefined ? otherwise : /^[+-]?\d+$/.test(value) ? Number(value) : undefined;
  if (number === undefined || number < min || number > max) {
    throw wrongField('x-practice-fault', `${name}=N with N from ${min} to ${max}`);
  }
  return number;
}

const countedMax = 1_000;

/** Applies `times=N`: counts header values (the oldest forgotten beyond a thousand) and drops faults that were had. */
export function createFaultCounter(): (header: string, faults: Faults) => Faults {
  const counts = new Map<string, number>();
  return (header, faults) => {
    const times = faults.get('times');
    if (times === undefined) return faults;
    const had = counts.get(header) ?? 0;
    counts.set(header, had + 1);
    const oldest = counts.keys().next();
    if (counts.size > countedMax && oldest.done !== true) counts.delete(oldest.value);
    return had < times ? faults : noFaults;
  };
}
