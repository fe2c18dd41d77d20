import { setTimeout as sleep } from 'node:timers/promises';
import { createEntry } from '@portcullis/record';
import { createAppender } from '../../packages/server/src/ledger/port-appender.ts';
import { startLedgerThread } from '../../packages/server/src/ledger/start-ledger-thread.ts';

// A process with the real ledger thread: `append-child.ts DIR COMMITS`. One entry a commit, a publication after each second, `index account`
// printed once it is acknowledged; then it stops, or stays where COMMITS is `forever`. `flood` appends many at once without end, over publications and archived
// checkpoints. What it may not do is print what is not durable.

const [dataDir, commits] = process.argv.slice(2) as [string, string];
const FLOOD = 20;
const limits = { pendingEntriesMax: 1000, pendingBytesMax: 10_000_000 };
const pace =
  commits === 'flood'
    ? { publishIntervalMs: 10, archiveIntervalMs: 50 }
    : { publishIntervalMs: 60_000, archiveIntervalMs: 0 };
const ledger = { origin: 'ledger.example/crash', ...pace, ...limits };
const thread = await startLedgerThread({ config: { dataDir, ledger }, software: 'portcullis test' });
process.stdout.write('started\n');
const appender = createAppender(thread.connect(), limits);
const run = `r${Date.now()}`;
let number = 0;

async function append(): Promise<void> {
  const account = `${run}-${number++}`;
  const entry = createEntry('account.created', Date.now(), { account, by: 'portcullis' });
  const content = { vaultKey: 'a@1', sealed: new Uint8Array(200).fill(number) };
  const { index } = await appender.append({ entry, content });
  process.stdout.write(`${index} ${account}\n`);
}

async function appendForever(): Promise<void> {
  for (;;) await append();
}

if (commits === 'flood') await Promise.all(Array.from({ length: FLOOD }, appendForever));
const count = commits === 'forever' ? 2 : Number(commits);
for (let n = 0; n < count; n++) {
  await append();
  // One that stays leaves its commits unpublished.
  if (n % 2 === 1 && commits !== 'forever') await thread.flush();
}
if (commits === 'forever') await sleep(60_000);
await thread.stop();
