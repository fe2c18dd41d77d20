/** An upstream's key, prepared for being looked for in what that upstream answers. */
export type GuardedKey = {
  readonly text: string;
  readonly bytes: Buffer;
  /** Which bytes the key is made of. */
  readonly has: Uint8Array;
};

/** Looks for a key in an answer while it passes. */
export type KeySearch = {
  /** The bytes that can be passed on now, or undefined where the key stands in them. */
  push(chunk: Buffer): Buffer | undefined;
  /** What was held back at the answer's end. */
  rest(): Buffer;
};

/** Anything shorter is a placeholder such as `none`, which an answer may well hold, and no secret. */
export const GUARDED_KEY_CHARS_MIN = 16;
const NOTHING: Buffer = Buffer.alloc(0);

export function guardKey(apiKey: string | null): GuardedKey | undefined {
  if (apiKey === null || apiKey.length < GUARDED_KEY_CHARS_MIN) return undefined;
  const bytes = Buffer.from(apiKey);
  const has = new Uint8Array(256);
  for (const byte of bytes) has[byte] = 1;
  return { text: apiKey, bytes, has };
}

/**
 * Bytes at a chunk's end that could begin the key wait for the next chunk, so that no split lets it through. Frames of streams end
 * in a line feed, which is in no key: they never wait.
 */
export function createKeySearch(key: GuardedKey): KeySearch {
  let held = NOTHING;
  return {
    push(chunk) {
      const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      if (bytes.includes(key.bytes)) return undefined;
      const heldBytes = beginningAtEnd(bytes, key);
      held = heldBytes === 0 ? NOTHING : bytes.subarray(bytes.length - heldBytes);
      return heldBytes === 0 ? bytes : bytes.subarray(0, bytes.length - heldBytes);
    },
    rest: () => held,
  };
}

/** How many of the last bytes are the key's first ones; never all of it. */
function beginningAtEnd(bytes: Buffer, key: GuardedKey): number {
  const { length } = bytes;
  if (length === 0 || key.has[bytes[length - 1] as number] === 0) return 0;
  const first = key.bytes[0] as number;
  let at = bytes.indexOf(first, Math.max(0, length - key.bytes.length + 1));
  while (at >= 0) {
    if (bytes.compare(key.bytes, 0, length - at, at) === 0) return length - at;
    at = bytes.indexOf(first, at + 1);
  }
  return 0;
}
