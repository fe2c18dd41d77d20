import type { Readable } from 'node:stream';
import { getHeapSnapshot } from 'node:v8';
import type { Worker } from 'node:worker_threads';

/** What a thread really holds, in its heap and beside it, in bytes: a snapshot collects the garbage first. */
export async function liveBytes(worker: Worker): Promise<number> {
  await drain(await worker.getHeapSnapshot());
  const { used_heap_size: heap, external_memory: beside } = await worker.getHeapStatistics();
  return heap + beside;
}

/** The same of this thread. */
export async function ownLiveBytes(): Promise<number> {
  await drain(getHeapSnapshot());
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function drain(snapshot: Readable): Promise<void> {
  snapshot.resume();
  return new Promise((resolve) => snapshot.once('end', resolve));
}
