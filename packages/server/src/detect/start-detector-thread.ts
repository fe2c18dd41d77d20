import { Worker } from 'node:worker_threads';
import type { DetectorMessage, DetectorOrder } from './detector-messages.ts';
import type { DetectorThreadData } from './detector-thread.ts';
import type { Finding } from '@portcullis/detection';

export type DetectorThread = {
  /** The first ledger index it has not read. */
  readonly position: number;
  /** Says that more of the ledger was published. */
  poke(): void;
  /** Saves its state and ends. */
  stop(): Promise<void>;
};

export type DetectorThreadOptions = {
  readonly data: DetectorThreadData;
  readonly onFinding: (finding: Finding, ledgerSize: number) => void;
  /** Told once, with the index of an entry whose content the vault can not give any more; detection goes on without such content. */
  readonly onContentLost: (index: number) => void;
  /** Told once why detection has stopped; traffic goes on without it, and that is written down. */
  readonly onFailed: (reason: string) => void;
};

export function startDetectorThread(options: DetectorThreadOptions): DetectorThread {
  const { data, onFinding, onContentLost, onFailed } = options;
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./detector-thread.${extension}`, import.meta.url), {
    workerData: data,
    name: 'detector',
  });
  let position = 0;
  let stopping = false;
  let failed = false;
  const fail = (reason: string): void => {
    if (!failed && !stopping) onFailed(reason);
    failed = true;
  };
  worker.on('message', (message: DetectorMessage) => {
    if (message.kind === 'finding') onFinding(message.finding, message.ledgerSize);
    if (message.kind === 'position') position = message.next;
    if (message.kind === 'content-lost') onContentLost(message.index);
    if (message.kind === 'failed') fail(message.reason);
  });
  worker.on('error', (error) => fail(error.message));
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const order = (message: DetectorOrder): void => worker.postMessage(message);
  return {
    get position() {
      return position;
    },
    poke: () => order({ kind: 'published' }),
    async stop() {
      stopping = true;
      order({ kind: 'stop' });
      await exited;
    },
  };
}
