import { createHash, hash, type Hash } from 'node:crypto';

/** Bytes of answers that are kept in memory by all exchanges of a gate, with its ceiling. */
export type KeptMemory = { bytes: number; bytesMax: number };

/** Collects an answer while it passes: all of it into a digest, its first bytes for the vault. */
export type KeptResponse = {
  push(chunk: Buffer): void;
  readonly totalBytes: number;
  /** Kept bytes so far; the whole answer where `totalBytes` is the same. */
  readonly keptBytes: number;
  /** The last bytes, at least 16 KiB where there are as many. */
  tail(): Buffer;
  /** The kept bytes joined. */
  kept(): Buffer;
  /** The SHA-256 of everything. Called once, at the end. */
  sha256(): Uint8Array;
  /** Gives the memory back. */
  release(): void;
};

const TAIL_BYTES = 16_384;
const NOTHING = Buffer.alloc(0);

/**
 * While everything fits, chunks are only listed and hashed at once at the end; beyond `bytesMax`, or when the gate's
 * memory for answers is used up, the rest goes through a running digest and a tail.
 */
export function createKeptResponse(memory: KeptMemory, bytesMax: number): KeptResponse {
  const chunks: Buffer[] = [];
  let tail: Buffer[] = [];
  let tailBytes = 0;
  let digest: Hash | undefined;
  let keptBytes = 0;
  let totalBytes = 0;
  const join = (): Buffer => {
    if (chunks.length > 1) chunks.splice(0, chunks.length, Buffer.concat(chunks));
    return chunks[0] ?? NOTHING;
  };
  const startDigest = (): Hash => {
    const started = createHash('sha256');
    for (const chunk of chunks) started.update(chunk);
    return started;
  };
  const keep = (chunk: Buffer): Buffer => {
    const room = Math.max(0, Math.min(bytesMax - keptBytes, memory.bytesMax - memory.bytes));
    const part = chunk.length <= room ? chunk : chunk.subarray(0, room);
    if (part.length > 0) {
      chunks.push(part);
      keptBytes += part.length;
      memory.bytes += part.length;
    }
    return chunk.subarray(part.length);
  };
  const passOn = (rest: Buffer): void => {
    digest ??= startDigest();
    digest.update(rest);
    tail.push(rest);
    tailBytes += rest.length;
    if (tailBytes > 4 * TAIL_BYTES || tail.length > 256) {
      const joined = Buffer.concat(tail);
      tail = [Buffer.from(joined.subarray(-TAIL_BYTES))];
      tailBytes = (tail[0] as Buffer).length;
    }
  };
  return {
    push(chunk) {
      totalBytes += chunk.length;
      const rest = digest === undefined ? keep(chunk) : chunk;
      if (rest.length > 0) passOn(rest);
    },
    get totalBytes() {
      return totalBytes;
    },
    get keptBytes() {
      return keptBytes;
    },
    tail: () => Buffer.concat([...chunks.slice(-4), ...tail]),
    kept: join,
    // A digest through text is twice as fast as one straight into a buffer.
    sha256: () =>
      digest === undefined ? Buffer.from(hash('sha256', join(), 'hex'), 'hex') : digest.digest(),
    release() {
      memory.bytes -= keptBytes;
      chunks.length = 0;
      keptBytes = 0;
    },
  };
}
