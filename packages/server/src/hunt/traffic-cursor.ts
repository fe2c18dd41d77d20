import type { Traffic } from '@portcullis/detection';
import type { HuntFile } from './hunt-files.ts';
import { CutShort, readBytes } from './read-bytes.ts';
import { type Admit, createTrafficLines, type LineReading } from './traffic-lines.ts';

/** What one file held. */
export type FileReading = {
  readonly file: HuntFile;
  readonly lines: LineReading;
  /** Bytes as they lie in the file. */
  bytes: number;
  /** Why it could not be read to its end; undefined where it was. */
  cutShort: string | undefined;
};

/** Goes through the exchanges of one file. `head` is the one it stands at; undefined where more must be read first. */
export type TrafficCursor = {
  readonly reading: FileReading;
  readonly head: Traffic | undefined;
  /** Goes to the next exchange among the bytes at hand. @returns false where there is none */
  step(): boolean;
  /** Reads on until there is a next exchange. @returns false at the end of the file */
  fill(): Promise<boolean>;
};

/** @param refOf a number by which a reader finds a line */
export function openTrafficCursor(
  file: HuntFile,
  refOf: (line: number) => number,
  admit: Admit,
): TrafficCursor {
  const lines = createTrafficLines(refOf, admit);
  const reading: FileReading = { file, lines: lines.reading, bytes: 0, cutShort: undefined };
  const chunks = readBytes(file, (bytes) => {
    reading.bytes += bytes;
  });
  let head: Traffic | undefined;

  function step(): boolean {
    head = lines.next();
    return head !== undefined;
  }

  async function fill(): Promise<boolean> {
    try {
      for (let chunk = await chunks.next(); chunk.done !== true; chunk = await chunks.next()) {
        lines.push(chunk.value);
        if (step()) return true;
      }
      head = lines.rest();
    } catch (error) {
      if (!(error instanceof CutShort)) throw error;
      // The line that it ends in is half a line, and says nothing.
      reading.cutShort = error.message;
      head = undefined;
    }
    return head !== undefined;
  }

  return {
    reading,
    get head() {
      return head;
    },
    step,
    fill,
  };
}
