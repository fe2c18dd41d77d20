// What the fuzzer loads: the target that PORTCULLIS_FUZZ_TARGET names. The bytes are copied, as they are the fuzzer's own memory.
const { target } = await import(`../targets/${process.env.PORTCULLIS_FUZZ_TARGET}.ts`);

export function fuzz(data) {
  target.fuzz(Buffer.from(data));
}
