import { threadId, type Worker } from 'node:worker_threads';
import {
  type CounterValues,
  createCounters,
  type Family,
  label,
  renderCounters,
  sumCounters,
} from '../gate/counters.ts';
import { LOOP_DELAY, watchLoopDelay } from '../gate/loop-delay.ts';
import type { Detection } from './open-detector.ts';
import type { Storage } from './open-storage.ts';

const gauge = (name: string, help: string): Family => ({ name, help, kind: 'gauge' });

const RSS = gauge('process_resident_memory_bytes', 'Memory of the process');
const CPU: Family = { name: 'process_cpu_seconds_total', kind: 'counter', help: 'CPU time of the process' };
const HEAP = gauge('portcullis_heap_used_bytes', 'JavaScript heap in use, by thread');
const EXTERNAL = gauge('portcullis_external_memory_bytes', 'Memory of buffers beside the heap, by thread');
const ENTRIES = gauge('portcullis_ledger_entries', 'Entries that are durable');
const LAG = gauge('portcullis_follower_lag_entries', 'Durable entries that a follower has not handled yet');
const TAKING = gauge('portcullis_ledger_taking_entries', '1 while the ledger takes entries, else 0');
const OUTAGES: Family = {
  name: 'portcullis_ledger_outages_total',
  kind: 'counter',
  help: 'How often the ledger stopped taking entries or could not be opened again, by cause',
};
const DETECTING = gauge('portcullis_detector_running', '1 while a detector thread runs, else 0');
const DETECTOR_STOPS: Family = {
  name: 'portcullis_detector_stops_total',
  kind: 'counter',
  help: 'How often a detector thread ended unasked',
};
const GUARANTEE = gauge(
  'portcullis_detector_guarantee_held',
  '1 while the calibrated detector may name accounts, 0 while its guarantee is suspended; absent without one',
);
const FAMILIES = [
  RSS,
  CPU,
  HEAP,
  EXTERNAL,
  LOOP_DELAY,
  ENTRIES,
  LAG,
  TAKING,
  OUTAGES,
  DETECTING,
  DETECTOR_STOPS,
  GUARANTEE,
];

/** What concerns the whole process and not one gate. */
export type ProcessMetrics = {
  /** Says what is looked at from now on. */
  watch(storage: Storage, detector: Detection | undefined): void;
  /** Prometheus text. @param gates of whose threads the delays are shown too */
  text(gates: CounterValues): Promise<string>;
  stop(): void;
};

/** Watches this process; start it before its threads. */
export function startProcessMetrics(): ProcessMetrics {
  const counters = createCounters();
  const loopDelay = watchLoopDelay('main');
  const workers = new Map<Worker, string>();
  const onWorker = (worker: Worker): void => {
    workers.set(worker, `${worker.threadName ?? 'thread'}-${worker.threadId}`);
    worker.once('exit', () => workers.delete(worker));
  };
  process.on('worker', onWorker);
  let look: () => void = () => {};
  return {
    watch(storage, detector) {
      storage.thread.onOutage((outage) => {
        if (outage !== undefined) counters.add(OUTAGES, label('code', outage.code), 1);
      });
      look = () => lookAt(counters, storage, detector);
    },
    async text(gates) {
      const { user, system } = process.cpuUsage();
      counters.set(RSS, '', process.memoryUsage.rss());
      counters.set(CPU, '', (user + system) / 1e6);
      look();
      const delays = new Map([[LOOP_DELAY.name, gates.get(LOOP_DELAY.name) ?? new Map<string, number[]>()]]);
      const values = sumCounters([counters.values(), loopDelay(), delays]);
      for (const [name, series] of await readMemory(workers)) values.set(name, series);
      return renderCounters(FAMILIES, values);
    },
    stop: () => process.off('worker', onWorker),
  };
}

function lookAt(
  counters: ReturnType<typeof createCounters>,
  { thread, store }: Storage,
  detector: Detection | undefined,
): void {
  const size = thread.durableSize;
  counters.set(ENTRIES, '', size);
  counters.set(TAKING, '', thread.outage === undefined ? 1 : 0);
  const lag = (follower: string, position: number): void =>
    counters.set(LAG, label('follower', follower), Math.max(0, size - position));
  lag('projections', store.position);
  if (detector === undefined) return;
  lag('detector', detector.position);
  counters.set(DETECTING, '', detector.running ? 1 : 0);
  counters.set(DETECTOR_STOPS, '', detector.stops);
  if (detector.guarantee !== undefined)
    counters.set(GUARANTEE, '', detector.guarantee.guarantee === 'held' ? 1 : 0);
}

/** Of the threads that run now; one that ends meanwhile has none. */
async function readMemory(workers: ReadonlyMap<Worker, string>): Promise<CounterValues> {
  const { heapUsed, external } = process.memoryUsage();
  const main = label('thread', `main-${threadId}`);
  const heaps = new Map([[main, [heapUsed]]]);
  const externals = new Map([[main, [external]]]);
  const asked = [...workers].map(async ([worker, name]) => {
    const found = await worker.getHeapStatistics();
    heaps.set(label('thread', name), [found.used_heap_size]);
    externals.set(label('thread', name), [found.external_memory]);
  });
  await Promise.allSettled(asked);
  return new Map([
    [HEAP.name, heaps],
    [EXTERNAL.name, externals],
  ]);
}
