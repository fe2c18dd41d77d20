import { isUtf8 } from 'node:buffer';
import { DetectionError, parseTrafficLine, type Traffic } from '@portcullis/detection';
import { createLineSplitter } from './split-lines.ts';

/** A line is held whole; a dialogue of a million tokens fits. */
const LINE_BYTES_MAX = 16_777_216;
const BROKEN_NAMED_MAX = 10;
const BLANK_BYTES_MAX = 64;

/** What lines held. Counts are of lines unless they say otherwise. */
export type LineReading = {
  lines: number;
  exchanges: number;
  blank: number;
  broken: number;
  /** Broken lines by what is wrong with them. */
  readonly reasons: Map<string, number>;
  /** The first broken lines, by number from 1. */
  readonly firstBroken: { readonly line: number; readonly reason: string }[];
  /** Exchanges whose time lies before that of the one above them. */
  outOfOrder: number;
};

/** Exchanges out of bytes. Broken lines are counted and passed over. */
export type TrafficLines = {
  readonly reading: LineReading;
  push(chunk: Buffer): void;
  /** The next exchange among the bytes at hand; undefined until more is pushed. */
  next(): Traffic | undefined;
  /** The exchange on a last line without an end, once. */
  rest(): Traffic | undefined;
};

/** Refuses an exchange for a reason beyond its line, by a sentence; undefined lets it pass. */
export type Admit = (traffic: Traffic) => string | undefined;

/** @param refOf a number by which a reader finds a line */
export function createTrafficLines(refOf: (line: number) => number, admit: Admit): TrafficLines {
  const lines = createLineSplitter(LINE_BYTES_MAX);
  const reading = emptyReading();
  let latest = Number.NEGATIVE_INFINITY;

  function take(line: Buffer | 'too_long'): Traffic | undefined {
    reading.lines++;
    const bare = reading.lines === 1 ? withoutMark(line) : line;
    if (isBlank(bare)) {
      reading.blank++;
      return undefined;
    }
    const traffic = readLine(bare, refOf(reading.lines), admit);
    if (typeof traffic === 'string') {
      noteBroken(reading, traffic);
      return undefined;
    }
    reading.exchanges++;
    if (traffic.time < latest) reading.outOfOrder++;
    latest = traffic.time;
    return traffic;
  }

  return {
    reading,
    push: (chunk) => lines.push(chunk),
    next() {
      for (let line = lines.next(); line !== undefined; line = lines.next()) {
        const traffic = take(line);
        if (traffic !== undefined) return traffic;
      }
      return undefined;
    },
    rest() {
      const line = lines.rest();
      return line === undefined ? undefined : take(line);
    },
  };
}

function emptyReading(): LineReading {
  return {
    lines: 0,
    exchanges: 0,
    blank: 0,
    broken: 0,
    reasons: new Map(),
    firstBroken: [],
    outOfOrder: 0,
  };
}

function isBlank(line: Buffer | 'too_long'): boolean {
  return line !== 'too_long' && line.length < BLANK_BYTES_MAX && !line.some((byte) => byte > 0x20);
}

const BYTE_ORDER_MARK = Buffer.from('\ufeff');

function withoutMark(line: Buffer | 'too_long'): Buffer | 'too_long' {
  if (line === 'too_long' || !line.subarray(0, 3).equals(BYTE_ORDER_MARK)) return line;
  return line.subarray(3);
}

/** The exchange of a line, or in words what is wrong with it. */
function readLine(line: Buffer | 'too_long', ref: number, admit: Admit): Traffic | string {
  if (line === 'too_long') return `it is longer than ${LINE_BYTES_MAX} bytes`;
  // Read with replacements, two names could become one.
  if (!isUtf8(line)) return 'it is not UTF-8';
  try {
    const traffic = parseTrafficLine(line.toString('utf8'), ref);
    return admit(traffic) ?? traffic;
  } catch (error) {
    if (!(error instanceof DetectionError)) throw error;
    return error.message;
  }
}

function noteBroken(reading: LineReading, reason: string): void {
  reading.broken++;
  reading.reasons.set(reason, (reading.reasons.get(reason) ?? 0) + 1);
  if (reading.firstBroken.length < BROKEN_NAMED_MAX)
    reading.firstBroken.push({ line: reading.lines, reason });
}
