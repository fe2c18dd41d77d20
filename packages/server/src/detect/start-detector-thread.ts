import { Worker } from 'node:worker_threads';
import type { DetectorMessage, DetectorOrder } from './detector-messages.ts';
import type { DetectorThreadData } from './detector-thread.ts';
import type { Finding, Guarantee } from '@portcullis/detection';

/** One thread, from its start to its end. */
export type DetectorThread = {
  /** Says that more of the ledger was published. */
  poke(): void;
  /** Saves its state and ends. */
  stop(): Promise<void>;
};

export type DetectorThreadOptions = {
  readonly data: DetectorThreadData;
  /**
   * Resolves once it is on the ledger, or where it can never be; the thread keeps no state that rests on it before, and none at all where this rejects: whoever
   * reads again is to find it again.
   */
  readonly onFinding: (finding: Finding, ledgerSize: number) => Promise<void>;
  /** Told the first ledger index it has not read. */
  readonly onPosition: (next: number) => void;
  /** Told at the start and when it changes; never where no detector is calibrated. */
  readonly onGuarantee: (guarantee: Guarantee) => void;
  /** Told once, with the index of an entry whose content the vault can not give any more; detection goes on without such content. */
  readonly onContentLost: (index: number) => void;
  /** Told once, and why, where the thread has ended unasked. */
  readonly onEnded: (reason: string) => void;
};

export function startDetectorThread(options: DetectorThreadOptions): DetectorThread {
  const { data, onFinding, onPosition, onGuarantee, onContentLost, onEnded } = options;
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./detector-thread.${extension}`, import.meta.url), {
    workerData: data,
    name: 'detector',
  });
  let stopping = false;
  /** It reads the ledger; before that it has nothing to save, and may be long at its benign traffic. */
  let follows = false;
  let reason = 'its thread has ended';
  const order = (message: DetectorOrder): void => worker.postMessage(message);
  worker.on('message', (message: DetectorMessage) => {
    if (message.kind === 'finding')
      onFinding(message.finding, message.ledgerSize).then(
        () => order({ kind: 'settled' }),
        () => undefined,
      );
    if (message.kind === 'position') {
      follows = true;
      onPosition(message.next);
    }
    if (message.kind === 'guarantee') onGuarantee(message.guarantee);
    if (message.kind === 'content-lost') onContentLost(message.index);
    if (message.kind === 'failed') reason = message.reason;
  });
  worker.on('error', (error) => {
    reason = error.message;
  });
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  void exited.then(() => {
    if (!stopping) onEnded(reason);
  });
  return {
    poke: () => order({ kind: 'published' }),
    async stop() {
      stopping = true;
      if (follows) order({ kind: 'stop' });
      else await worker.terminate();
      await exited;
    },
  };
}
