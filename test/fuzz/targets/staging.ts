import assert from 'node:assert/strict';
import { concat, RecordError, sha256 } from '@portcullis/record';
import { encodeStagingRecord, scanStaging } from '../../../packages/server/src/ledger/staging.ts';
import { outcomeOf } from '../oracles/outcome.ts';
import { choosing, vectors } from '../oracles/seeds.ts';
import type { FuzzTarget } from '../target.ts';

const NUMBERS_AT = 8;
const CHECKSUM_AT = 24;
const PAYLOAD_AT = 56;

/** Makes the first record whole: its length that of what follows, its checksum the right one. */
function whole(input: Buffer): Buffer {
  const bytes = Buffer.from(input);
  if (bytes.length < PAYLOAD_AT) return bytes;
  bytes.write('pcstage1', 'latin1');
  bytes.writeBigUInt64BE(BigInt(bytes.length - PAYLOAD_AT), 16);
  bytes.set(sha256(concat(bytes.subarray(NUMBERS_AT, CHECKSUM_AT), bytes.subarray(PAYLOAD_AT))), CHECKSUM_AT);
  return bytes;
}

function fuzz(input: Buffer): void {
  const mended = (input[0] ?? 0) % 2 === 1;
  const bytes = mended ? whole(input.subarray(1)) : input.subarray(1);
  // A record with the right checksum and lengths that disagree was never written; it is damage, and may be refused as such.
  const scan = outcomeOf(RecordError, () => scanStaging(bytes));
  if ('refused' in scan) {
    assert.ok(mended, `bytes that are not even a record are refused, not torn: ${scan.refused}`);
    return;
  }
  const { records, tornAtBytes } = scan.value;
  const end = records.at(-1)?.endBytes ?? 0;
  assert.equal(tornAtBytes ?? bytes.length, end, 'between the records and the tear something is lost');
  if (records.some(({ first }) => !Number.isSafeInteger(first))) return;
  const again = Buffer.concat(records.map(({ first, entries }) => encodeStagingRecord(first, entries)));
  assert.deepEqual(again, bytes.subarray(0, end), 'a record has two readings');
}

export const target: FuzzTarget = {
  name: 'staging',
  holds:
    'A staging file is read up to the first byte that is not whole, and what is read is what was written.',
  seeds: () => {
    const entries = vectors('entries/*.v1.json').slice(0, 4);
    const records = [encodeStagingRecord(0, entries), encodeStagingRecord(4, entries.slice(1))];
    return [0, 1].flatMap((choice) =>
      choosing(choice, [...records, Buffer.concat(records), Buffer.alloc(60)]),
    );
  },
  words: ['pcstage1'],
  fuzz,
};
