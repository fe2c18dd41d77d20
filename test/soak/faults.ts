import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a soak can do to its server. */
export type SoakTargets = {
  killLedgerThread(): void;
  reload(): void;
  /** The upstream dies in the middle of what it answers, and comes back. */
  restartUpstream(): Promise<void>;
  /** A folder on the disk of the ledger that may be filled up; undefined where that would be somebody else's disk. */
  readonly fillable: string | undefined;
};

const FULL_MS = 3_000;

/** Does one thing after another, in an order that the seed gives, until it is told to stop. @param tell what was done */
export async function makeFaults(
  targets: SoakTargets,
  everyMs: number,
  random: () => number,
  signal: AbortSignal,
  tell: (what: string) => void,
): Promise<void> {
  const acts: [string, () => void | Promise<void>][] = [
    ['ledger thread killed', targets.killLedgerThread],
    ['settings reloaded', targets.reload],
    ['upstream restarted', targets.restartUpstream],
  ];
  const { fillable } = targets;
  if (fillable !== undefined) acts.push(['disk full', () => fillDisk(`${fillable}/filler`)]);
  let bag: typeof acts = [];
  for (;;) {
    await sleep(everyMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    // Each kind once before any comes again.
    if (bag.length === 0) bag = [...acts];
    const [[name, act]] = bag.splice(Math.floor(random() * bag.length), 1) as [(typeof acts)[number]];
    tell(name);
    await act();
  }
}

async function fillDisk(path: string): Promise<void> {
  const until = performance.now() + FULL_MS;
  while (performance.now() < until) {
    for (let bytes = 2 ** 20; bytes >= 1; ) {
      try {
        writeFileSync(path, Buffer.alloc(bytes), { flag: 'a' });
      } catch {
        bytes = Math.floor(bytes / 4);
      }
    }
    await sleep(100);
  }
  rmSync(path, { force: true });
}
