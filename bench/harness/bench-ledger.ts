import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createEntry } from '../../packages/record/src/index.ts';
import type { AppendItem, Appender } from '../../packages/server/src/ledger/appender.ts';
import { createAppender } from '../../packages/server/src/ledger/port-appender.ts';
import type { LedgerStats } from '../../packages/server/src/ledger/port-messages.ts';
import {
  type LedgerThread,
  startLedgerThread,
} from '../../packages/server/src/ledger/start-ledger-thread.ts';
import type { Programs } from './programs.ts';

export const ORIGIN = 'ledger.example/bench';
const LIMITS = { pendingEntriesMax: 100_000, pendingBytesMax: 2 ** 30 };
const INTERVALS = { publishIntervalMs: 200, archiveIntervalMs: 60_000 };

/** A ledger in a folder of its own, with the real thread and the real disk, and one appender as a gate thread has it. */
export type BenchLedger = {
  readonly dataDir: string;
  readonly thread: LedgerThread;
  readonly appender: Appender;
  /** @returns what it did, and what it takes on disk for each entry, in bytes */
  stop(): Promise<LedgerStats & { readonly ledgerBytes: number; readonly vaultBytes: number }>;
};

export async function openBenchLedger(programs: Programs): Promise<BenchLedger> {
  const dataDir = programs.folder();
  const ledger = { origin: ORIGIN, ...INTERVALS, ...LIMITS };
  const thread = await startLedgerThread({ config: { dataDir, ledger }, software: 'bench' });
  const appender = createAppender(thread.connect(), LIMITS);
  return {
    dataDir,
    thread,
    appender,
    async stop() {
      const stats = await thread.stats();
      await thread.stop();
      const perEntry = (folder: string): number => folderBytes(join(dataDir, folder)) / stats.size;
      return { ...stats, ledgerBytes: perEntry('ledger'), vaultBytes: perEntry('vault') };
    },
  };
}

const filler = Buffer.alloc(32, 7).toString('base64');

/** An admission as the gate makes it. @param commitment 32 bytes in base64 */
export function admission(sealed: Uint8Array, commitment = filler): AppendItem {
  const entry = createEntry('exchange.admitted', Date.now(), {
    exchange: '0123456789abcdef0123456789abcdef',
    account: 'account-0001',
    key: 'key-0001',
    endpoint: '/v1/chat/completions',
    model: 'bench',
    stream: true,
    standing: 'open',
    request_bytes: sealed.length,
    commitments: { request_sha256: commitment, network: filler },
  });
  return { entry, content: { vaultKey: 'account-0001@1', sealed } };
}

function folderBytes(directory: string): number {
  let bytes = 0;
  for (const name of readdirSync(directory, { recursive: true }) as string[]) {
    const found = statSync(join(directory, name));
    if (found.isFile()) bytes += found.size;
  }
  return bytes;
}
