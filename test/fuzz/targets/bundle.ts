import assert from 'node:assert/strict';
import { verifyBundle } from '../../../packages/verify/src/verify-bundle.ts';
import {
  BUNDLE_TRUST,
  PATHS,
  PAYLOAD,
  SOUND,
  sealPayload,
  withEnvelope,
  withFile,
  withPayload,
} from '../oracles/resigned-bundle.ts';
import { choosing } from '../oracles/seeds.ts';
import type { FuzzTarget } from '../target.ts';

const ENVELOPE_CHOICE = 255;
const PAYLOAD_CHOICE = 254;

/** The first byte chooses what the rest replaces: a file, the manifest (both signed anew), or the envelope as it is. */
function bundleOf(input: Buffer): Map<string, Uint8Array> {
  const choice = input[0] ?? 0;
  const bytes = input.subarray(1);
  if (choice === ENVELOPE_CHOICE) return withEnvelope(bytes);
  if (choice === PAYLOAD_CHOICE) return withPayload(bytes);
  return withFile(PATHS[choice % PATHS.length] as string, bytes);
}

function fuzz(input: Buffer): void {
  const { verdict, checks } = verifyBundle(bundleOf(input), BUNDLE_TRUST);
  for (const { name, sentence } of checks)
    assert.ok(!sentence.startsWith('It could not be judged'), `${name} met an error that is not its own`);
  assert.equal(
    verdict === 'failed',
    checks.some(({ result }) => result === 'FAIL'),
  );
}

export const target: FuzzTarget = {
  name: 'bundle',
  holds:
    'The verifier judges any bundle that its operator signed, and never meets an error that is not its own.',
  seeds: () => [
    ...PATHS.flatMap((path, choice) => choosing(choice, [SOUND.get(path) as Uint8Array])),
    ...PATHS.flatMap((path, choice) =>
      choosing(choice, [Buffer.from(path.endsWith('.jsonl') ? 'null\n' : 'null')]),
    ),
    ...choosing(PAYLOAD_CHOICE, [PAYLOAD]),
    ...choosing(ENVELOPE_CHOICE, [sealPayload(PAYLOAD)]),
  ],
  words: [
    '"index":',
    '"indices":[',
    '"accounts":',
    'null',
    '{}',
    '[]',
    '\n',
    '"hashes":[',
    '"complete":false',
    '"__proto__":',
    '9007199254740991',
  ],
  fuzz,
};
