import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '@portcullis/detection';
import { type Entry, encodeEntry } from '@portcullis/record';
import type { Appender } from '../ledger/appender.ts';
import { findingId, membersDigest, recordFinding } from './record-finding.ts';

/** Encodes as the real one does, so that an entry over the limit is refused here too. */
function memoryAppender(): { appender: Appender; entries: Entry[] } {
  const entries: Entry[] = [];
  const appender: Appender = {
    pendingEntries: 0,
    accepting: true,
    async append({ entry }) {
      encodeEntry(entry);
      entries.push(entry);
      return { index: entries.length - 1, leafHash: new Uint8Array(32) };
    },
  };
  return { appender, entries };
}

function finding(accounts: number, sentence: string): Finding {
  return {
    kind: 'campaign',
    campaign: 'c0ffee',
    supersedes: [],
    detector: 'shared-templates',
    version: '1',
    digest: '0'.repeat(64),
    accounts: Array.from({ length: accounts }, (_, i) => `account-${String(i).padStart(5, '0')}`),
    firstTime: 1_795_000_000,
    lastTime: 1_795_000_100,
    exchanges: 500,
    statistic: 0.9,
    bound: { kind: 'none', statement: sentence },
    signals: Array.from({ length: 6 }, (_, i) => ({
      name: `signal-${i}`,
      sentence,
      count: 3,
      examples: [1, 2, 3],
    })),
    against: [sentence, sentence, sentence, sentence],
    wouldHaveCleared: [sentence, sentence, sentence, sentence],
  };
}

const clock = { now: () => Date.UTC(2026, 10, 23), monotonic: () => 0 };

test('a campaign of 25,000 accounts with the longest sentences in wide characters fits in entries, members before the finding', async () => {
  const { appender, entries } = memoryAppender();
  const large = finding(25_000, '説'.repeat(2000));
  const id = await recordFinding(large, 10, appender, clock);
  assert.equal(entries.length, 251);
  const last = entries.at(-1);
  assert.ok(last?.type === 'finding' && last.finding === id);
  const members = entries.flatMap((entry) => (entry.type === 'finding.members' ? entry.accounts : []));
  assert.deepEqual(members, large.accounts);
  assert.equal(last.accounts_sha256, membersDigest(members));
});

test('the same finding has the same name, another membership another', () => {
  assert.equal(findingId(finding(3, 'x')), findingId(finding(3, 'y')));
  assert.notEqual(findingId(finding(3, 'x')), findingId(finding(4, 'x')));
});
