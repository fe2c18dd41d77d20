import assert from 'node:assert/strict';
import { base64, utf8 } from '@portcullis/record';
import { createVerifier } from '@portcullis/record/signing';
import {
  formatAddCheckpoint,
  parseAddCheckpoint,
} from '../../../packages/server/src/witness/add-checkpoint.ts';
import { createTestLog } from '../../../packages/server/src/witness/test/test-log.ts';
import {
  judgeCheckpoint,
  type KnownTree,
  originOf,
} from '../../../packages/server/src/witness/witness-state.ts';
import { fixedKey } from '../../../packages/verify/test/bundle-writer.ts';
import { texts } from '../oracles/seeds.ts';
import type { FuzzTarget } from '../target.ts';

const log = createTestLog('log.example/fuzz', 32, {
  ed25519: fixedKey('ed25519', 0x51),
  mlDsa44: fixedKey('ml-dsa-44', 0x53),
});
const fork = log.fork(3);
const LOGS = new Map([[log.origin, [createVerifier(log.vkeys[0])]]]);
const KNOWN_SIZE = 5;
const KNOWN: KnownTree = { ...log.checkpoint(KNOWN_SIZE), note: log.note(KNOWN_SIZE), timeSeconds: 0 };
const NOTES = [
  log.note(7),
  log.note(KNOWN_SIZE),
  log.note(32),
  log.note(0),
  fork.note(7),
  fork.note(KNOWN_SIZE),
];

/** The first byte chooses the signed checkpoint that a request gets which ends in its empty line. */
function requestOf(input: Buffer): Buffer {
  const given = input.subarray(1);
  const note = NOTES[(input[0] ?? 0) % NOTES.length] ?? '';
  return given.subarray(-2).toString('latin1') === '\n\n' ? Buffer.concat([given, utf8(note)]) : given;
}

function fuzz(input: Buffer): void {
  const bytes = requestOf(input);
  const request = parseAddCheckpoint(bytes);
  if ('malformed' in request) return;
  assert.equal(formatAddCheckpoint(request), bytes.toString('utf8'), 'a request has two readings');
  for (const known of [undefined, KNOWN]) {
    const verdict = judgeCheckpoint(request, LOGS, known);
    if (!verdict.accepted) continue;
    const { size, root, origin } = verdict.checkpoint;
    // Of a first tree a witness can not know which history is the true one; from then on it holds to it.
    const roots = (known === undefined ? [log, fork] : [log]).map((each) =>
      base64(each.checkpoint(size).root),
    );
    assert.equal(origin, originOf(request));
    assert.ok(roots.includes(base64(root)), 'a tree was accepted that did not grow from the known one');
    assert.ok(size >= (known?.size ?? 0));
  }
}

export const target: FuzzTarget = {
  name: 'add-checkpoint',
  holds: 'A witness reads any request, and cosigns only what grew from the tree it knows.',
  seeds: () => [
    ...texts(
      '\u0000old 0\n\n',
      '\u0001old 5\n\n',
      '\u0000old 5\nx\n\n',
      '\u0003old 0\n\n',
      '\u0005old 5\n\n',
    ),
    ...[0, 2, 4].map((choice) => {
      const proof = (choice === 4 ? fork : log).consistency(KNOWN_SIZE, choice === 2 ? 32 : 7);
      return Buffer.from(
        String.fromCharCode(choice) + formatAddCheckpoint({ oldSize: KNOWN_SIZE, proof, note: '' }),
      );
    }),
    Buffer.from(`\u0000${formatAddCheckpoint({ oldSize: 0, proof: [], note: log.note(7, 'both') })}`),
  ],
  words: ['old ', '\n\n', '— ', '9007199254740991'],
  fuzz,
};
