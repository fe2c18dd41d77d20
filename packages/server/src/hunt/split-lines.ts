const NEWLINE = 0x0a;

export type LineSplitter = {
  /** Takes the next bytes. Lines that are asked for afterwards may lie in them, so they must not change. */
  push(chunk: Buffer): void;
  /** The next whole line without its end; `undefined` until more is pushed; `too_long` for one beyond the limit. */
  next(): Buffer | 'too_long' | undefined;
  /** What stands after the last line end, once; `undefined` where nothing does. */
  rest(): Buffer | 'too_long' | undefined;
};

/** Cuts bytes at line feeds. Holds one chunk and at most one unfinished line of `lineBytesMax`. */
export function createLineSplitter(lineBytesMax: number): LineSplitter {
  let chunk: Buffer = Buffer.alloc(0);
  let at = 0;
  let begun: Buffer[] = [];
  let begunBytes = 0;

  function finish(last: Buffer): Buffer | 'too_long' {
    const total = begunBytes + last.length;
    const line =
      total > lineBytesMax ? 'too_long' : begun.length === 0 ? last : Buffer.concat([...begun, last]);
    begun = [];
    begunBytes = 0;
    return line;
  }

  return {
    push(bytes) {
      chunk = bytes;
      at = 0;
    },
    next() {
      const end = chunk.indexOf(NEWLINE, at);
      if (end >= 0) {
        const last = chunk.subarray(at, end);
        at = end + 1;
        return finish(last);
      }
      begunBytes += chunk.length - at;
      // Of a line that is too long only its length is kept.
      if (begunBytes > lineBytesMax) begun = [];
      else if (at < chunk.length) begun.push(chunk.subarray(at));
      at = chunk.length;
      return undefined;
    },
    rest() {
      return begunBytes === 0 ? undefined : finish(Buffer.alloc(0));
    },
  };
}
