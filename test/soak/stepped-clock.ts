import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';

// Loaded before everything else (`--import`), in each thread of a process: its system clock as if somebody had set it. Time itself goes on, as the monotonic
// clock and timers tell.

const NAME = 'portcullis stepped clock';
if (isMainThread) setEnvironmentData(NAME, new SharedArrayBuffer(8) as never);
const stepped = new BigInt64Array(getEnvironmentData(NAME) as unknown as SharedArrayBuffer);
const { now } = Date;
Date.now = () => now() + Number(Atomics.load(stepped, 0));

/** For the whole process at once. */
export function stepClock(ms: number): void {
  Atomics.add(stepped, 0, BigInt(ms));
}
