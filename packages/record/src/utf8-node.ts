/**
 * UTF-8 bytes of a string. They lie in memory that Node's buffers share (mind `byteOffset`): an array of its own outside the heap takes ten times as
 * long to make, and then to collect (bench/RESULTS.md).
 */
export function utf8(text: string): Uint8Array {
  const { buffer, byteOffset, length } = Buffer.from(text, 'utf8');
  // Not a Buffer: its `slice` shares memory.
  return new Uint8Array(buffer, byteOffset, length);
}
