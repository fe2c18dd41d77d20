import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Checkpoint, equalBytes, formatVerifierKey, SIGNATURE_TYPE, utf8 } from '@portcullis/record';
import { createVerifier } from '@portcullis/record/signing';
import fc from 'fast-check';
import { type AddCheckpoint, parseAddCheckpoint } from './add-checkpoint.ts';
import { createTestLog, type TestLog } from './test/test-log.ts';
import { judgeCheckpoint, type KnownTree, REFUSAL_STATUS } from './witness-state.ts';

const VECTORS = join(import.meta.dirname, '../../../../vectors/c2sp');

function moveOn(request: AddCheckpoint, { size, root }: Checkpoint): KnownTree {
  return { size, root, note: request.note, timeSeconds: 0 };
}

test('the requests that torchwood publishes for its witness get the statuses it gives them', () => {
  const script = readFileSync(join(VECTORS, 'litewitness-add-checkpoint.hurl'), 'utf8');
  const origin = 'sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562';
  const key = Buffer.from('ffdc2d4d98e4124d3feaf788c0c2f9abfd796083d1f0495437f302ec79cf100f', 'hex');
  const logs = new Map([[origin, [createVerifier(formatVerifierKey(origin, SIGNATURE_TYPE.ed25519, key))]]]);
  const cases = [...script.matchAll(/```\n([\s\S]*?)```\nHTTP (\d+)\n\[Asserts\]\nbody (.*)\n/g)];
  assert.equal(cases.length, 9);
  let known: KnownTree | undefined;
  for (const [, body, status, expected] of cases as unknown as [string, string, string, string][]) {
    const request = parseAddCheckpoint(utf8(body));
    assert.ok(!('malformed' in request), JSON.stringify(request));
    const verdict = judgeCheckpoint(request, logs, known);
    assert.equal(verdict.accepted ? 200 : REFUSAL_STATUS[verdict.reason], Number(status), body);
    if (verdict.accepted) known = moveOn(request, verdict.checkpoint);
    else if (verdict.knownSize !== undefined) assert.equal(expected, `== "${verdict.knownSize}\\n"`);
  }
  assert.equal(known?.size, 5);
});

const log = createTestLog('ledger.example/property', 24);
/** Three histories under the same keys, which part after 0, 5 and 16 entries. */
const histories: readonly TestLog[] = [log, log.fork(0), log.fork(5), log.fork(16)];
const logs = new Map([[log.origin, [createVerifier(log.vkeys[0])]]]);

const step = fc.record({
  history: fc.nat(histories.length - 1),
  proofHistory: fc.nat(histories.length - 1),
  /** Mostly somewhat more than the witness knows. */
  size: fc.oneof(
    { weight: 4, arbitrary: fc.record({ grows: fc.nat(4) }) },
    { weight: 1, arbitrary: fc.nat(24) },
  ),
  /** Mostly what the witness knows, as a client that was told would send. */
  oldSize: fc.oneof(
    { weight: 3, arbitrary: fc.constant('known' as const) },
    { weight: 1, arbitrary: fc.nat(24) },
  ),
  proof: fc.constantFrom(
    'right' as const,
    'right' as const,
    'right' as const,
    'empty' as const,
    'cut' as const,
  ),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function requestOf(
  { history, proofHistory, size: wanted, oldSize, proof }: Step,
  knownSize: number,
): AddCheckpoint {
  const size = typeof wanted === 'number' ? wanted : Math.min(24, knownSize + wanted.grows);
  const from = oldSize === 'known' ? knownSize : oldSize;
  const prover = histories[proof === 'right' ? history : proofHistory] as TestLog;
  const hashes = from > 0 && from < size && proof !== 'empty' ? prover.consistency(from, size) : [];
  const note = noteOf(history, size);
  return { oldSize: from, proof: proof === 'cut' ? hashes.slice(1) : hashes, note };
}

const notes = new Map<string, string>();
function noteOf(history: number, size: number): string {
  const key = `${history}/${size}`;
  if (!notes.has(key)) notes.set(key, (histories[history] as TestLog).note(size));
  return notes.get(key) as string;
}

test('whatever is sent, in whatever order: one history, one root a size, never back', () => {
  let accepted = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
      let known: KnownTree | undefined;
      const cosigned: Checkpoint[] = [];
      for (const one of steps) {
        const request = requestOf(one, known?.size ?? 0);
        const verdict = judgeCheckpoint(request, logs, known);
        if (!verdict.accepted) continue;
        accepted++;
        assert.ok(verdict.checkpoint.size >= (known?.size ?? 0), 'went back');
        // What was cosigned before must lie in the history that is cosigned now.
        const history = histories[one.history] as TestLog;
        for (const { size, root } of cosigned)
          assert.ok(equalBytes(root, history.checkpoint(size).root), `two histories at size ${size}`);
        cosigned.push(verdict.checkpoint);
        known = moveOn(request, verdict.checkpoint);
      }
    }),
    { numRuns: 150 },
  );
  assert.ok(accepted > 300, `only ${accepted} were accepted; the property says little`);
});

test('bytes that nobody chose are read or refused, never thrown on', () => {
  const pieces = fc.constantFrom(
    'old 0\n',
    'old 5\n',
    '\n',
    `${'A'.repeat(43)}=\n`,
    log.note(3),
    '— ',
    '\u0000',
    'é',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 8 }), (parts) => {
      const request = parseAddCheckpoint(utf8(parts.join('')));
      if (!('malformed' in request)) judgeCheckpoint(request, logs, undefined);
    }),
  );
});
