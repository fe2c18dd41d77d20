/** Standard base64, natively: the portable spelling in `record` costs several times as much, and this runs for every exchange. */
export function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}
