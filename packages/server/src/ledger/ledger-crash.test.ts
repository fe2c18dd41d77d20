import assert from 'node:assert/strict';
import { test } from 'node:test';
import { equalBytes } from '@portcullis/record';
import type { FileFault } from '../seams/file-system-faulty.ts';
import { createLedgerReader } from './ledger-reader.ts';
import { type LedgerWriter, type PreparedEntry, prepareEntry } from './ledger-writer.ts';
import { createTestLedger, numberedEntry, type TestLedger } from './test-ledger.ts';

// Every call of the file system fails once, in turn, on a disk that forgets what was not synced. fsck is the judge, and every entry that was
// acknowledged must still be there with the same bytes.

const START = 254;

type Acknowledged = Map<number, Uint8Array>;

function entry(number: number): PreparedEntry {
  const content = { vaultKey: 'a@1', sealed: new Uint8Array(40).fill(number) };
  return prepareEntry(numberedEntry(number), content);
}

/** Three commits with a publication after each, over the boundary of a full tile. */
function work(writer: LedgerWriter, acknowledged: Acknowledged): void {
  for (let round = 0; round < 3; round++) {
    const batch = [entry(round), entry(round + 100)];
    const first = writer.commit(batch);
    for (const [i, each] of batch.entries()) acknowledged.set(first + i, each.bytes);
    writer.publish();
  }
}

function started(): { ledger: TestLedger; acknowledged: Acknowledged } {
  const ledger = createTestLedger();
  const writer = ledger.open();
  const acknowledged: Acknowledged = new Map();
  const batch = Array.from({ length: START - 2 }, (_, i) => entry(i));
  batch.forEach((each, i) => acknowledged.set(1 + i, each.bytes));
  writer.commit(batch);
  writer.close();
  return { ledger, acknowledged };
}

async function judge(ledger: TestLedger, acknowledged: Acknowledged, what: string): Promise<void> {
  const report = await ledger.fsck();
  assert.ok(report.ok, `${what}: ${report.sentence}`);
  const writer = ledger.open();
  writer.commit([entry(7)]);
  writer.close();
  const after = await ledger.fsck();
  assert.ok(after.ok, `${what}, then going on: ${after.sentence}`);
  const reader = createLedgerReader(ledger.dataDir, ledger.disk);
  for (const [index, bytes] of acknowledged)
    assert.ok(equalBytes(reader.entry(index) as Uint8Array, bytes), `${what}: entry ${index} was lost`);
}

async function runWith(
  fault: Omit<FileFault, 'nth'>,
  nth: number,
  keepFraction: () => number,
): Promise<boolean> {
  const { ledger, acknowledged } = started();
  ledger.fs.plan([{ ...fault, nth }]);
  try {
    const writer = ledger.open();
    work(writer, acknowledged);
    writer.close();
  } catch {
    // Refused; what was acknowledged before counts.
  }
  const { fired } = ledger.fs;
  ledger.crash(keepFraction);
  await judge(ledger, acknowledged, `${fault.how}${fault.persisted ? ', persisted,' : ''} at call ${nth}`);
  return fired;
}

for (const [how, persisted, keep, from] of [
  ['EIO', false, 0, 1],
  ['kill', false, 0.5, 3],
  ['kill', true, 0, 5],
  ['ENOSPC', true, 1, 7],
] as const) {
  test(`any call: ${how}${persisted ? ', persisted' : ''}; ${keep} of what was not synced survives`, async () => {
    let nth: number = from;
    // A stride keeps the suite short; the four runs meet different calls.
    for (; await runWith({ call: 'any', how, persisted }, nth, () => keep); nth += 7);
    assert.ok(nth > 100, `only ${nth} calls were tried`);
  });
}

test('the very first start can be cut off anywhere', async () => {
  for (let nth = 1, fired = true; fired; nth++) {
    const ledger = createTestLedger();
    ledger.fs.plan([{ call: 'any', nth, how: 'kill', persisted: nth % 2 === 0 }]);
    const acknowledged: Acknowledged = new Map();
    try {
      const writer = ledger.open();
      const first = writer.commit([entry(1)]);
      acknowledged.set(first, entry(1).bytes);
    } catch {
      // As above.
    }
    fired = ledger.fs.fired;
    ledger.crash();
    await judge(ledger, acknowledged, `first start, call ${nth}`);
  }
});

test('short writes lose nothing', async () => {
  for (let nth = 1; nth < 12; nth++) await runWith({ call: 'write', how: 'short' }, nth, () => 0);
});

for (const how of ['failed', 'persisted'] as const) {
  test(`the lock's swap ${how}, twice in a row`, async () => {
    const { ledger, acknowledged } = started();
    for (let twice = 0; twice < 2; twice++) {
      ledger.locks.failSwap(3, how);
      try {
        const writer = ledger.open();
        work(writer, acknowledged);
      } catch {
        // As above.
      }
      ledger.crash();
    }
    await judge(ledger, acknowledged, `swap ${how}`);
  });
}
