import { parentPort, workerData } from 'node:worker_threads';
import { openSqliteLock } from '../../ledger/checkpoint-lock-sqlite.ts';
import { createFileStorage } from '../../ledger/ledger-storage-file.ts';
import { runLedgerThread } from '../../ledger/run-ledger-thread.ts';
import type { LedgerThreadData } from '../../ledger/start-ledger-thread.ts';
import { systemClock } from '../../seams/clock.ts';
import { nodeFileSystem } from '../../seams/file-system-node.ts';
import { withFaults, withLostAcknowledgement, withSteps } from './faults.ts';

// The ledger's thread as it is, on a disk and a clock that a test can disturb.

if (parentPort === null) throw new Error('This file is the entry of a worker thread.');
await runLedgerThread(
  workerData as LedgerThreadData,
  parentPort,
  {
    fs: withFaults(nodeFileSystem),
    clock: withSteps(systemClock),
    openLock: (path) => withLostAcknowledgement(openSqliteLock(path)),
    createStorage: createFileStorage,
  },
  () => setImmediate(() => process.exit(0)),
);
