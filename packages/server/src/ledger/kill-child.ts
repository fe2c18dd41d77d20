import { createEntry } from '@portcullis/record';
import { createAppender } from './port-appender.ts';
import { startLedgerThread } from './start-ledger-thread.ts';

// The child process of kill.test.ts: appends without pause and prints `index number` once each is acknowledged, until it is killed.

const dataDir = process.argv[2] as string;
const limits = { pendingEntriesMax: 1000, pendingBytesMax: 10_000_000 };
const origin = 'ledger.example/kill';
const ledger = { origin, publishIntervalMs: 10, archiveIntervalMs: 50, ...limits };
const thread = await startLedgerThread({ config: { dataDir, ledger }, software: 'portcullis test' });
const appender = createAppender(thread.connect(), limits);
const run = `r${Date.now()}`;
let number = 0;

async function appendForever(): Promise<void> {
  for (;;) {
    const account = `${run}-${number++}`;
    const entry = createEntry('account.created', Date.now(), { account, by: 'portcullis' });
    const content = { vaultKey: 'a@1', sealed: new Uint8Array(200).fill(number) };
    const { index } = await appender.append({ entry, content });
    process.stdout.write(`${index} ${account}\n`);
  }
}
await Promise.all(Array.from({ length: 20 }, appendForever));
