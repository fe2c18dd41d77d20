import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../seams/clock.ts';
import { nodeFileSystem } from '../seams/file-system-node.ts';
import { openSqliteLock } from './checkpoint-lock-sqlite.ts';
import { createFileStorage } from './ledger-storage-file.ts';
import { runLedgerThread } from './run-ledger-thread.ts';
import type { LedgerThreadData } from './start-ledger-thread.ts';

// The ledger thread: the one writer, alone with its file calls. Started by start-ledger-thread.ts.

if (parentPort === null) throw new Error('This file is the entry of a worker thread.');
await runLedgerThread(
  workerData as LedgerThreadData,
  parentPort,
  { fs: nodeFileSystem, clock: systemClock, openLock: openSqliteLock, createStorage: createFileStorage },
  () => setImmediate(() => process.exit(0)),
);
