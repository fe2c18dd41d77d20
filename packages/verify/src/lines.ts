import { LINE_BYTES_MAX, LINES_MAX } from './limits.ts';
import { refuse } from './verify-error.ts';

/** The lines of a `.jsonl` file, each ended by a newline; none is empty. */
export function* linesOf(bytes: Uint8Array, what: string): Generator<Uint8Array> {
  let count = 0;
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(0x0a, at);
    if (end < 0) refuse(`${what} does not end in a newline.`);
    if (end === at) refuse(`${what} has an empty line.`);
    if (end - at > LINE_BYTES_MAX) refuse(`${what} has a line of more than ${LINE_BYTES_MAX} bytes.`);
    count += 1;
    if (count > LINES_MAX) refuse(`${what} has more than ${LINES_MAX} lines.`);
    yield bytes.subarray(at, end);
    at = end + 1;
  }
}
