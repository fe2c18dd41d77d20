import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createEntry } from '@portcullis/record';
import type { SnapshotChange } from '../accounts/account.ts';
import { createAccountDirectory } from '../accounts/account-directory.ts';
import { systemRandom } from '../accounts/random.ts';
import { createFollower } from '../ledger/follower.ts';
import { createLedgerReader } from '../ledger/ledger-reader.ts';
import { createAppender } from '../ledger/port-appender.ts';
import { startLedgerThread } from '../ledger/start-ledger-thread.ts';
import type { LedgerEntry } from '../projections/projection.ts';
import { openProjectionStore } from '../projections/projection-store.ts';
import { systemClock } from '../seams/clock.ts';
import { nodeFileSystem } from '../seams/file-system-node.ts';
import { openMasterKey } from '../vault/master-key-local.ts';
import { createAccountKeys } from '../start/account-keys.ts';
import { createVault } from '../vault/vault.ts';
import { createCases } from './cases.ts';
import { look } from './test/case-people.ts';
import { findingBody, person, REASONS, RULE, SETTINGS } from './test/case-world.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'cases-'));
after(() => rmSync(dataDir, { recursive: true }));

/** As the composition root puts them together, on a real disk. */
async function start() {
  const ledger = {
    origin: 'example.com/cases',
    publishIntervalMs: 20,
    pendingEntriesMax: 4096,
    pendingBytesMax: 1 << 26,
    archiveIntervalMs: 60_000,
  };
  const thread = await startLedgerThread({ config: { dataDir, ledger }, software: 'portcullis test' });
  const appender = createAppender(thread.connect(), ledger);
  const fs = nodeFileSystem;
  const master = openMasterKey({ source: { file: 'keys/master' }, dataDir, fs, env: {}, create: true });
  const vault = createVault(fs, join(dataDir, 'vault'), master);
  const store = openProjectionStore({ path: join(dataDir, 'projections.sqlite') });
  const errors: unknown[] = [];
  const onError = (error: unknown) => errors.push(error);
  const batch: LedgerEntry[] = [];
  const follower = createFollower({
    name: 'projections',
    reader: createLedgerReader(dataDir, fs),
    from: store.position,
    batchMax: 100,
    handle: (index, entry) => void batch.push({ index, entry }),
    onBatch: () => store.project(batch.splice(0)),
    onError,
  });
  const stopPoking = thread.onPublished(() => follower.poke());
  await follower.caughtUp();
  const published: SnapshotChange[] = [];
  const base = { appender, store, clock: systemClock, random: systemRandom };
  const directory = createAccountDirectory({
    ...base,
    vaultKeys: createAccountKeys(vault, () => {}),
    budgetSlots: 100,
    publish: (changes) => published.push(...changes),
  });
  await directory.start();
  const cases = createCases({
    ...base,
    directory,
    vault,
    settings: SETTINGS,
    contact: () => 'c',
    linkKey: new Uint8Array(32),
    onReactorError: onError,
  });
  await cases.start();
  const stop = async () => {
    cases.stop();
    directory.stop();
    stopPoking();
    await follower.stop();
    await thread.stop();
    store.close();
  };
  return { appender, directory, cases, store, published, errors, stop };
}

test('on a real ledger and vault: finding, case, two people, standing, appeal, and the same again after a restart', async () => {
  const first = await start();
  const { appender, directory, cases, store } = first;
  for (const account of ['a', 'b']) await directory.createAccount({ account, by: 'admin' });
  const { key } = await directory.issueKey({ account: 'a', by: 'admin' });
  const body = findingBody('find-1', 'camp-1', ['a', 'b']);
  const members = { finding: 'find-1', part: 1, parts: 1, accounts: ['a', 'b'] };
  await appender.append({ entry: createEntry('finding.members', systemClock.now(), members) });
  const { index } = await appender.append({ entry: createEntry('finding', systemClock.now(), body) });
  await store.reached(index);
  await cases.settled();
  for (const by of ['ada', 'ben']) await look(cases, 'case-1', person(by));
  const { decision } = await cases.decide({
    case: 'case-1',
    by: person('ada'),
    measure: 'hold',
    reasons: REASONS,
    rule: RULE,
  });
  const beganMs = performance.now();
  await cases.confirm({ case: 'case-1', decision, by: person('ben'), reasons: REASONS });
  assert.ok(performance.now() - beganMs < 1000);
  const { appeal } = await cases.appeal({
    case: 'case-1',
    account: 'a',
    by: person('cleo'),
    grounds: 'One worksheet.',
  });
  const { opened } = await cases.openEvidence({
    case: 'case-1',
    by: person('cleo'),
    items: [`appeal:${appeal}`],
  });
  assert.deepEqual(opened[0]?.content, { grounds: 'One worksheet.' });
  const snapshot = directory.snapshot();
  assert.deepEqual(first.errors, []);
  await first.stop();

  const second = await start();
  assert.deepEqual(second.published, snapshot);
  assert.deepEqual(
    second.published.flatMap((each) => (each.kind === 'account' ? [each.account.standing] : [each.key.key])),
    ['hold', 'hold', key],
  );
  assert.equal(second.cases.show('case-1', person('otto', 'auditor')).state, 'appealed');
  await second.directory.erase({
    account: 'a',
    reason: 'Asked for by the account.',
    legalBasis: 'GDPR, 17',
    by: 'admin',
  });
  const after = await second.cases.openEvidence({
    case: 'case-1',
    by: person('cleo'),
    items: [`appeal:${appeal}`],
  });
  assert.equal(after.opened[0]?.missing, 'erased');
  assert.deepEqual(second.errors, []);
  await second.stop();
});
