import type { ApiShape } from '../routes.ts';
import { findUsageInTail } from './usage-tail.ts';
import { findUsage, mergeUsage, type TokenUsage } from './usage.ts';

// Server-sent events as in the HTML standard, section 9.2.6: lines end in CR LF, LF or CR; an empty line ends an event; several
// `data` lines of one event are joined by LF; a line that starts with a colon is a comment. This only looks: the bytes go
// their way untouched.

const LF = 0x0a;
const CR = 0x0d;
const USAGE = Buffer.from('"usage"');
const DATA = Buffer.from('data');
/** `data: `, which stands at the front of a line. */
const FIELD_BYTES = 6;
const NEWLINE = Buffer.from('\n');
/** An event beyond this is not kept whole; its last bytes are, where the usage stands. */
export const EVENT_BYTES_MAX = 1_048_576;
const EVENT_TAIL_BYTES = 65_536;
/** Many small parts are joined, so that a trickle of single bytes costs no more memory than its bytes. */
const PARTS_MAX = 512;

export type SseUsage = {
  /** The next bytes of the stream, split anywhere. They are read before the call returns. */
  push(chunk: Buffer): void;
  /** What was reported so far. */
  readonly usage: TokenUsage | undefined;
  /** Events with data so far; about one a token, for estimates. */
  readonly events: number;
};

type State = {
  readonly shape: ApiShape;
  usage: TokenUsage | undefined;
  events: number;
  /** Parts of a line whose end has not come. */
  line: Buffer[];
  lineBytes: number;
  /** Bytes dropped from the middle of this line. */
  lineDroppedBytes: number;
  /** The last byte was a CR; an LF now belongs to it. */
  afterCr: boolean;
  /** Data of this event; where it is long, its last bytes. */
  data: Buffer[];
  heldBytes: number;
  /** What the event's data has in all, dropped or not: how it is read must not hang on how it was split. */
  dataBytes: number;
};

/** Watches a stream for its usage. */
export function createSseUsage(shape: ApiShape): SseUsage {
  const state: State = {
    shape,
    usage: undefined,
    events: 0,
    line: [],
    lineBytes: 0,
    lineDroppedBytes: 0,
    afterCr: false,
    data: [],
    heldBytes: 0,
    dataBytes: 0,
  };
  return {
    push: (chunk) => push(state, chunk),
    get usage() {
      return state.usage;
    },
    get events() {
      return state.events;
    },
  };
}

function push(state: State, chunk: Buffer): void {
  let at = 0;
  if (state.afterCr && chunk.length > 0) {
    if (chunk[0] === LF) at = 1;
    state.afterCr = false;
  }
  let cr = chunk.indexOf(CR, at);
  let lf = chunk.indexOf(LF, at);
  while (cr >= 0 || lf >= 0) {
    const end = cr < 0 || (lf >= 0 && lf < cr) ? lf : cr;
    endLine(state, chunk, at, end);
    at = end + 1;
    if (end === cr) {
      if (at === chunk.length) state.afterCr = true;
      else if (chunk[at] === LF) at++;
      cr = chunk.indexOf(CR, at);
    }
    if (lf >= 0 && lf < at) lf = chunk.indexOf(LF, at);
  }
  if (at < chunk.length) keepPart(state, chunk.subarray(at));
}

function keepPart(state: State, part: Buffer): void {
  state.line.push(part);
  state.lineBytes += part.length;
  if (state.line.length > PARTS_MAX) state.line = [Buffer.concat(state.line)];
  // Beyond this the data alone is too long, whatever its field's name takes.
  if (state.lineBytes <= EVENT_BYTES_MAX + FIELD_BYTES) return;
  const whole = Buffer.concat(state.line);
  state.line = [whole.subarray(0, FIELD_BYTES), whole.subarray(whole.length - EVENT_TAIL_BYTES)];
  state.lineBytes = FIELD_BYTES + EVENT_TAIL_BYTES;
  state.lineDroppedBytes += whole.length - state.lineBytes;
}

function endLine(state: State, chunk: Buffer, from: number, to: number): void {
  if (state.lineBytes > 0) {
    state.line.push(chunk.subarray(from, to));
    const line = state.line.length === 1 ? (state.line[0] as Buffer) : Buffer.concat(state.line);
    state.line = [];
    state.lineBytes = 0;
    readLine(state, line, 0, line.length);
    state.lineDroppedBytes = 0;
  } else if (from === to) endEvent(state);
  else readLine(state, chunk, from, to);
}

function readLine(state: State, bytes: Buffer, from: number, to: number): void {
  if (to - from < DATA.length || bytes.compare(DATA, 0, DATA.length, from, from + DATA.length) !== 0) return;
  let start = from + DATA.length;
  if (start < to) {
    if (bytes[start] !== 0x3a) return;
    start += bytes[start + 1] === 0x20 && start + 1 < to ? 2 : 1;
  }
  state.data.push(bytes.subarray(start, to));
  state.heldBytes += to - start + 1;
  state.dataBytes += to - start + 1 + state.lineDroppedBytes;
  if (state.data.length > PARTS_MAX) state.data = [joinData(state.data)];
  if (state.heldBytes <= EVENT_BYTES_MAX) return;
  state.data = [lastBytes(joinData(state.data))];
  state.heldBytes = EVENT_TAIL_BYTES;
}

function lastBytes(data: Buffer): Buffer {
  return data.subarray(Math.max(0, data.length - EVENT_TAIL_BYTES));
}

function endEvent(state: State): void {
  if (state.data.length === 0) return;
  const data = joinData(state.data);
  const cut = state.dataBytes > EVENT_BYTES_MAX;
  state.data = [];
  state.heldBytes = 0;
  state.dataBytes = 0;
  state.events++;
  if (data.indexOf(USAGE) < 0) return;
  const found = cut ? findUsageInTail(state.shape, lastBytes(data), 2) : parse(state.shape, data);
  state.usage = mergeUsage(state.usage, found);
}

function parse(shape: ApiShape, data: Buffer): TokenUsage | undefined {
  try {
    return findUsage(shape, JSON.parse(data.toString('utf8')));
  } catch {
    return undefined;
  }
}

function joinData(parts: readonly Buffer[]): Buffer {
  if (parts.length === 1) return parts[0] as Buffer;
  return Buffer.concat(parts.flatMap((part, i) => (i === 0 ? [part] : [NEWLINE, part])));
}
