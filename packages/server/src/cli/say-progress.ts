import type { HuntProgress } from '../hunt/feed-hunt.ts';
import type { Io } from './io.ts';

const INTERVAL_MS = 250;

/** Shows how far a hunt is, some times a second, where a person watches. */
export function showHuntProgress(io: Io): (progress: HuntProgress) => void {
  if (!io.watched) return () => {};
  let side: HuntProgress['side'] | undefined;
  let sideMs = 0;
  let saidMs = 0;
  return (progress) => {
    const now = io.now();
    if (progress.side !== side) {
      side = progress.side;
      sideMs = now;
    }
    if (now - saidMs < INTERVAL_MS) return;
    saidMs = now;
    io.progress(sayProgress(progress, now - sideMs));
  };
}

function sayProgress({ side, exchanges, accounts, bytes, bytesTotal }: HuntProgress, tookMs: number): string {
  const read = bytesTotal === undefined ? '' : ` of ${megabytes(bytesTotal)}`;
  const rate = tookMs === 0 ? '' : `, ${Math.round((1_000 * exchanges) / tookMs)} exchanges/s`;
  return `${side}: ${megabytes(bytes)}${read} MB, ${exchanges} exchanges of ${accounts} accounts${rate}`;
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
