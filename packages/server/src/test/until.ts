import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 10;

/**
 * Polls until it holds, for tests that wait for what happens by itself.
 * @param detail more to tell where it does not come to this
 * @throws Error where it does not hold within `timeoutMs`
 */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  { timeoutMs = 20_000, detail = (): string => '' } = {},
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`It did not come to this: ${what}. ${detail()}`);
    await sleep(POLL_MS);
  }
}
