import { isUtf8 } from 'node:buffer';
import { DetectionError, parseTrafficLine, type Traffic } from '@portcullis/detection';
import type { HuntFile } from './hunt-files.ts';
import { CutShort, readBytes } from './read-bytes.ts';
import { createLineSplitter } from './split-lines.ts';

/** A line is held whole; a dialogue of a million tokens fits. */
const LINE_BYTES_MAX = 16_777_216;
const BROKEN_SHOWN_MAX = 10;

/** What one file held. Counts are of lines unless they say otherwise. */
export type FileReading = {
  readonly file: HuntFile;
  /** Bytes as they lie in the file. */
  bytes: number;
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
  /** Why it could not be read to its end; undefined where it was. */
  cutShort: string | undefined;
};

/** Goes through the exchanges of one file. `head` is the one it stands at; undefined where more must be read first. */
export type TrafficCursor = {
  readonly reading: FileReading;
  head: Traffic | undefined;
  /** Goes to the next exchange among the bytes at hand. @returns false where there is none */
  step(): boolean;
  /** Reads on until there is a next exchange. @returns false at the end of the file */
  fill(): Promise<boolean>;
};

/** Refuses an exchange for a reason beyond its line, by a sentence; undefined lets it pass. */
export type Admit = (traffic: Traffic) => string | undefined;

/** @param refOf a number by which a reader finds a line */
export function openTrafficCursor(
  file: HuntFile,
  refOf: (line: number) => number,
  admit: Admit,
): TrafficCursor {
  const reading = emptyReading(file);
  const lines = createLineSplitter(LINE_BYTES_MAX);
  const chunks = readBytes(file, (bytes) => {
    reading.bytes += bytes;
  });
  let latest = Number.NEGATIVE_INFINITY;

  function take(line: Buffer | 'too_long'): Traffic | undefined {
    reading.lines++;
    if (isBlank(line)) {
      reading.blank++;
      return undefined;
    }
    const traffic = readLine(reading.lines === 1 ? withoutMark(line) : line, refOf(reading.lines), admit);
    if (typeof traffic === 'string') {
      noteBroken(reading, traffic);
      return undefined;
    }
    reading.exchanges++;
    if (traffic.time < latest) reading.outOfOrder++;
    latest = traffic.time;
    return traffic;
  }

  const cursor: TrafficCursor = {
    reading,
    head: undefined,
    step() {
      for (let line = lines.next(); line !== undefined; line = lines.next()) {
        cursor.head = take(line);
        if (cursor.head !== undefined) return true;
      }
      cursor.head = undefined;
      return false;
    },
    async fill() {
      try {
        for (let chunk = await chunks.next(); chunk.done !== true; chunk = await chunks.next()) {
          lines.push(chunk.value);
          if (cursor.step()) return true;
        }
      } catch (error) {
        if (!(error instanceof CutShort)) throw error;
        // The line that it ends in is half a line, and says nothing.
        reading.cutShort = error.message;
        return false;
      }
      const last = lines.rest();
      cursor.head = last === undefined ? undefined : take(last);
      return cursor.head !== undefined;
    },
  };
  return cursor;
}

function emptyReading(file: HuntFile): FileReading {
  return {
    file,
    bytes: 0,
    lines: 0,
    exchanges: 0,
    blank: 0,
    broken: 0,
    reasons: new Map(),
    firstBroken: [],
    outOfOrder: 0,
    cutShort: undefined,
  };
}

function isBlank(line: Buffer | 'too_long'): boolean {
  return (
    line !== 'too_long' && (line.length === 0 || (line.length < 64 && line.toString('latin1').trim() === ''))
  );
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

function noteBroken(reading: FileReading, reason: string): void {
  reading.broken++;
  reading.reasons.set(reason, (reading.reasons.get(reason) ?? 0) + 1);
  if (reading.firstBroken.length < BROKEN_SHOWN_MAX)
    reading.firstBroken.push({ line: reading.lines, reason });
}
