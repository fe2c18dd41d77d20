import { setTimeout as sleep } from 'node:timers/promises';
import { shuffled } from '../crash/random.ts';
import type { Stage } from './open-stage.ts';

/** What a soak can do to its server. */
export type SoakTargets = Pick<
  Stage,
  'killLedgerThread' | 'reload' | 'stepClock' | 'killUpstream' | 'startUpstream' | 'keepDiskFull'
>;

const FULL_MS = 3_000;
const STEPPED_MS = 2_000;
const STEP_MS = 30_000;
const UPSTREAM_GONE_MS = 1_000;

/** Does one thing after another, in an order that the seed gives, until it is told to stop. @param tell what was done */
export async function makeFaults(
  targets: SoakTargets,
  everyMs: number,
  random: () => number,
  signal: AbortSignal,
  tell: (what: string) => void,
): Promise<void> {
  const acts: readonly (readonly [string, () => void | Promise<void>])[] = [
    ['ledger thread killed', () => targets.killLedgerThread()],
    ['settings reloaded', () => targets.reload()],
    ['upstream restarted', () => restartUpstream(targets)],
    ['clock stepped', () => stepClock(targets)],
    ['disk full', () => targets.keepDiskFull(AbortSignal.timeout(FULL_MS))],
  ];
  for (;;) {
    // Each kind once before any comes again.
    for (const [name, act] of shuffled(acts, random)) {
      await sleep(everyMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      tell(name);
      await act();
    }
  }
}

/** The upstream dies in the middle of what it answers, and comes back. */
async function restartUpstream(targets: SoakTargets): Promise<void> {
  await targets.killUpstream();
  await sleep(UPSTREAM_GONE_MS);
  await targets.startUpstream();
}

/** Forward, back beyond where it was, and right again. */
async function stepClock(targets: SoakTargets): Promise<void> {
  for (const ms of [STEP_MS, -2 * STEP_MS, STEP_MS]) {
    targets.stepClock(ms);
    await sleep(STEPPED_MS);
  }
}
