import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { makeRequest } from './make-request.ts';
import { openRawGate, type RawGate } from './raw-gate.ts';

export const HTTP_HEADS = {
  name: 'http-heads',
  holds:
    'Whatever bytes come, the gate answers or closes, goes on serving, and asks no upstream for who has no key.',
} as const;

const ROOT = join(import.meta.dirname, '../../..');
export const HTTP_FINDINGS = join(import.meta.dirname, '../findings', HTTP_HEADS.name);
const PROGRESS_MS = 5_000;

/**
 * Sends made-up requests to a real gate until the time is over, one connection after the other, so that what the upstream was asked meanwhile is this one's
 * doing.
 * @returns 0, or 1 where something was found
 */
export async function fuzzHttpHeads(
  {
    seconds,
    seed,
    signal,
  }: { readonly seconds: number; readonly seed: number; readonly signal: AbortSignal },
  say: (line: string) => void,
): Promise<number> {
  const gate = await openRawGate();
  const started = performance.now();
  let saidMs = started;
  let number = 0;
  try {
    for (; performance.now() - started < seconds * 1000 && !signal.aborted; number++) {
      const found = await tryOne(gate, makeRequest(seed, number));
      if (found !== undefined) {
        say(`✖ ${HTTP_HEADS.name}\n${found}`);
        return 1;
      }
      if (performance.now() - saidMs < PROGRESS_MS) continue;
      saidMs = performance.now();
      say(
        `${HTTP_HEADS.name.padEnd(17)} ${((saidMs - started) / 1000).toFixed(0).padStart(4)} s  ${spell(number, saidMs - started)}`,
      );
    }
    await gate.judgeAfter();
    say(`✔ ${HTTP_HEADS.name.padEnd(17)} ${spell(number, performance.now() - started)}`);
    return 0;
  } finally {
    await gate.close();
  }
}

function spell(count: number, tookMs: number): string {
  return `${count.toLocaleString('en')} connections, ${Math.round((count * 1000) / tookMs).toLocaleString('en')}/s`;
}

async function tryOne(gate: RawGate, bytes: Buffer): Promise<string | undefined> {
  try {
    await gate.judge(bytes);
    return undefined;
  } catch (error) {
    mkdirSync(HTTP_FINDINGS, { recursive: true });
    const path = join(HTTP_FINDINGS, `crash-${Date.now()}`);
    writeFileSync(path, bytes);
    return `${(error as Error).stack}\nFound: ${relative(ROOT, path)}. Repeat it: npm test -- test/fuzz/http-heads`;
  }
}
