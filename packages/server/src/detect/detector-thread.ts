import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { Finding } from '@portcullis/detection';
import type { Config } from '../config/config.ts';
import { ledgerPaths } from '../ledger/data-dir.ts';
import { createFollower } from '../ledger/follower.ts';
import { createLedgerReader } from '../ledger/ledger-reader.ts';
import { nodeFileSystem } from '../seams/file-system-node.ts';
import { openMasterKey } from '../vault/master-key-local.ts';
import { openKept } from '../vault/open-kept.ts';
import { createVault } from '../vault/vault.ts';
import type { DetectorMessage, DetectorOrder } from './detector-messages.ts';
import { createDetectorState, type DetectorState } from './detector-state.ts';
import { createExchangeFold, type ExchangeFold } from './exchange-fold.ts';
import { openDetectors } from './open-detectors.ts';
import type { ExchangeContent } from './traffic-from-exchange.ts';

// The detector follows the ledger in a thread of its own: however long a step takes, traffic and decisions go on.

export type DetectorThreadData = Pick<Config, 'dataDir' | 'vault' | 'detection'>;

const BATCH_MAX = 256;
const SAVE_INTERVAL_MS = 120_000;

async function main(data: DetectorThreadData, port: MessagePort): Promise<void> {
  const fs = nodeFileSystem;
  const tell = (message: DetectorMessage): void => port.postMessage(message);
  const reader = createLedgerReader(data.dataDir, fs);
  const master = openMasterKey({
    source: data.vault.masterKey,
    dataDir: data.dataDir,
    fs,
    env: process.env,
    create: false,
  });
  const vault = createVault(fs, ledgerPaths(data.dataDir).vault, master);
  let lost = false;
  let batch: ReturnType<typeof vault.openBatch> | undefined;
  const closeBatch = (): void => {
    batch?.close();
    batch = undefined;
  };
  const contentAt = async (index: number): Promise<ExchangeContent | undefined> => {
    batch ??= vault.openBatch();
    const content = await openKept(batch, index);
    if (content === 'lost' && !lost) {
      lost = true;
      tell({ kind: 'content-lost', index });
    }
    return typeof content === 'string' ? undefined : content.parts;
  };
  const { detector, guaranteeOf } = await openDetectors(data.detection);
  const state = createDetectorState(fs, data.dataDir, master, detector.digest());
  const sizeAtStart = reader.published()?.checkpoint.size ?? 0;
  const saved = await state.read(sizeAtStart);
  const fold = createExchangeFold({
    detector,
    contentAt,
    ...(saved === undefined ? {} : { from: saved.fold }),
  });
  tell({ kind: 'position', next: saved?.next ?? 0 });
  const saver = createSaver(state, fold);
  let told = '';
  const tellGuarantee = (): void => {
    const guarantee = guaranteeOf(fold.state() as readonly unknown[]);
    if (guarantee === undefined || JSON.stringify(guarantee) === told) return;
    told = JSON.stringify(guarantee);
    tell({ kind: 'guarantee', guarantee });
  };
  tellGuarantee();
  const tellAll = (findings: readonly Finding[], ledgerSize: number): void => {
    for (const finding of findings) {
      saver.wait();
      tell({ kind: 'finding', finding, ledgerSize });
    }
  };
  const fail = (error: unknown): void => {
    tell({ kind: 'failed', reason: reasonOf(error) });
    port.close();
  };
  const follower = createFollower({
    name: 'detector',
    reader,
    from: saved?.next ?? 0,
    batchMax: BATCH_MAX,
    handle(index, entry) {
      // What was erased before a reading from the very beginning was never read.
      if (entry.type === 'content.erased' && (saved !== undefined || index >= sizeAtStart)) saver.forget();
      const found = fold.handle(index, entry);
      if (found instanceof Promise) return found.then((findings) => tellAll(findings, index + 1));
      return tellAll(found, index + 1);
    },
    async onBatch(next) {
      closeBatch();
      tellGuarantee();
      tell({ kind: 'position', next });
      await saver.saveNowAndThen(next);
    },
    onError: fail,
  });
  port.on('message', (order: DetectorOrder) => {
    if (order.kind === 'published') return follower.poke();
    if (order.kind === 'settled') return saver.settled();
    void follower.stop().then(async () => {
      closeBatch();
      await saver.save(follower.next);
      port.close();
    });
  });
  follower.poke();
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'of an unknown error';
}

/**
 * Saves the fold; not while a finding that came of it is on its way to the ledger, as whoever goes on from there would not find it again. Once content has been erased, the state in memory still rests on it: what was saved is forgotten and nothing more is
 * saved, so that the next start makes the state anew from what is left.
 */
function createSaver(state: DetectorState, fold: ExchangeFold) {
  let savedAtMs = performance.now();
  let forgotten = false;
  /** Findings on their way. */
  let unsettled = 0;
  const save = async (next: number): Promise<void> => {
    if (!forgotten && unsettled === 0) await state.write({ next, fold: fold.snapshot() });
    savedAtMs = performance.now();
  };
  return {
    save,
    wait: () => void (unsettled += 1),
    settled: () => void (unsettled -= 1),
    async saveNowAndThen(next: number): Promise<void> {
      if (performance.now() - savedAtMs < SAVE_INTERVAL_MS) return;
      try {
        await save(next);
      } catch {
        // As on a full disk. What was saved before is older and still whole; a start from there reads more again, and no more than that.
        savedAtMs = performance.now();
      }
    },
    forget(): void {
      forgotten = true;
      state.discard();
    },
  };
}

if (parentPort !== null) {
  const port = parentPort;
  main(workerData as DetectorThreadData, port).catch((error: unknown) => {
    port.postMessage({ kind: 'failed', reason: reasonOf(error) } satisfies DetectorMessage);
    port.close();
  });
}
