// How fast the ledger makes entries durable, on this machine's disk. Run by hand:
//   node --conditions=portcullis-source bench/ledger.ts [seconds] [content bytes]
// Prints durable entries a second, the time from append to durable, and what an entry takes on disk. Each level of concurrency gets its own
// ledger, as many appends wait at once as it says; one thread appends, as one gate thread would.

import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEntry } from '../packages/record/src/index.ts';
import { createAppender } from '../packages/server/src/ledger/port-appender.ts';
import { startLedgerThread } from '../packages/server/src/ledger/start-ledger-thread.ts';

const seconds = Number(process.argv[2] ?? 3);
const contentBytes = Number(process.argv[3] ?? 1000);
const limits = { pendingEntriesMax: 100_000, pendingBytesMax: 2 ** 30 };
const ledger = {
  origin: 'ledger.example/bench',
  publishIntervalMs: 200,
  archiveIntervalMs: 60_000,
  ...limits,
};

const commitment = Buffer.alloc(32, 7).toString('base64');
const entry = createEntry('exchange.admitted', Date.now(), {
  exchange: 'x-0123456789abcdef',
  account: 'account-0001',
  key: 'key-0001',
  endpoint: '/v1/chat/completions',
  model: 'practice-large',
  stream: true,
  standing: 'open',
  request_bytes: contentBytes,
  commitments: { request_sha256: commitment },
});
const content = { vaultKey: 'account-0001@1', sealed: new Uint8Array(contentBytes) };

function folderBytes(directory: string): number {
  let bytes = 0;
  for (const name of readdirSync(directory, { recursive: true }) as string[]) {
    const found = statSync(join(directory, name));
    if (found.isFile()) bytes += found.size;
  }
  return bytes;
}

async function measure(waiting: number): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'portcullis-bench-'));
  try {
    const thread = await startLedgerThread({ config: { dataDir, ledger }, software: 'bench' });
    const appender = createAppender(thread.connect(), limits);
    const timesMs: number[] = [];
    const end = performance.now() + seconds * 1000;
    const loop = async (): Promise<void> => {
      while (performance.now() < end) {
        const started = performance.now();
        await appender.append({ entry, content });
        timesMs.push(performance.now() - started);
      }
    };
    const started = performance.now();
    await Promise.all(Array.from({ length: waiting }, loop));
    const tookSeconds = (performance.now() - started) / 1000;
    const stats = await thread.stats();
    await thread.stop();
    timesMs.sort((a, b) => a - b);
    const at = (q: number): string =>
      (timesMs[Math.min(timesMs.length - 1, Math.floor(q * timesMs.length))] ?? 0).toFixed(2);
    const perEntry = (folder: string): string =>
      (folderBytes(join(dataDir, folder)) / timesMs.length).toFixed(0);
    console.log(
      [
        `${waiting} waiting`.padEnd(14),
        `${Math.round(timesMs.length / tookSeconds)} entries/s`.padEnd(18),
        `p50 ${at(0.5)} ms  p99 ${at(0.99)} ms  max ${at(1)} ms`.padEnd(44),
        `commit ${(stats.commitMs / stats.commits).toFixed(2)} ms, ${(stats.entries / stats.commits).toFixed(1)} entries`.padEnd(
          34,
        ),
        `publish ${(stats.publishMs / Math.max(1, stats.publications)).toFixed(1)} ms`.padEnd(18),
        `${perEntry('ledger')} B ledger, ${perEntry('vault')} B vault an entry`,
      ].join(' '),
    );
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

console.log(`${seconds} s each, ${contentBytes} bytes of content an entry, Node ${process.versions.node}`);
for (const waiting of [1, 10, 100, 1000]) await measure(waiting);
