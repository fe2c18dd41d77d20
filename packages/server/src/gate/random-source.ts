/** Draws random bytes in batches: one call to the operating system's generator serves some hundred exchanges. */
export type RandomSource = {
  /** 32 bytes that nobody else gets. */
  seed(): Uint8Array;
  /** An identifier of 128 bits, lower-case hexadecimal. */
  id(): string;
  /** From 0 up to 1; for jitter only. */
  fraction(): number;
};

const BATCH_BYTES = 8192;
const SEED_BYTES = 32;
const ID_BYTES = 16;

/** @param fill fills bytes with randomness fit for keys */
export function createRandomSource(fill: (bytes: Uint8Array) => void): RandomSource {
  const batch = Buffer.alloc(BATCH_BYTES);
  let at = BATCH_BYTES;
  const draw = (sizeBytes: number): Buffer => {
    if (at + sizeBytes > BATCH_BYTES) {
      fill(batch);
      at = 0;
    }
    at += sizeBytes;
    return batch.subarray(at - sizeBytes, at);
  };
  return {
    seed: () => Uint8Array.prototype.slice.call(draw(SEED_BYTES)),
    id: () => draw(ID_BYTES).toString('hex'),
    fraction: () => draw(4).readUInt32LE() / 2 ** 32,
  };
}
