import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import type { ClientTarget } from './client-suite.ts';
import type { AbortPhase, SeenAbort } from './seen.ts';
import type { PracticeUpstream } from './server.ts';

/** An upstream must see its caller's close within this time. */
const closeSeenMsMax = 100;
const patienceMs = 2_000;

/** The three moments a caller can leave in, and the fault that holds an answer there. */
export const abortPhases: readonly { readonly phase: AbortPhase; readonly fault: string }[] = [
  { phase: 'before-headers', fault: 'never-answer' },
  { phase: 'before-first-token', fault: 'delay-first-token-ms=60000' },
  { phase: 'mid-stream', fault: 'delay-token-ms=20,long-stream-tokens=5000' },
];

/** Waits until the call has reached its phase, leaves, and checks how soon the upstream saw it. */
export async function checkAbort(
  { upstream }: ClientTarget,
  phase: AbortPhase,
  call: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const controller = new AbortController();
  const requestsBefore = upstream?.seen.totals.requests ?? 0;
  const settled = call(controller.signal).catch(() => undefined);
  if (upstream === undefined) {
    await wait(200);
    controller.abort();
    await settled;
    return;
  }
  await reach(upstream, requestsBefore, phase);
  const seen = nextAbort(upstream);
  const left = performance.now();
  controller.abort();
  const abort = await Promise.race([seen, wait(patienceMs, undefined, { ref: false })]);
  await settled;
  assert.ok(abort, `the upstream did not see the close within ${patienceMs} ms`);
  assert.equal(abort.phase, phase);
  assert.ok(abort.at - left < closeSeenMsMax, `the upstream saw the close after ${abort.at - left} ms`);
}

function nextAbort(upstream: PracticeUpstream): Promise<SeenAbort> {
  return new Promise((resolve) => {
    const listener = (abort: SeenAbort) => {
      upstream.off('abort', listener);
      resolve(abort);
    };
    upstream.on('abort', listener);
  });
}

async function reach(upstream: PracticeUpstream, requestsBefore: number, phase: AbortPhase): Promise<void> {
  for (let waited = 0; waited < patienceMs; waited += 10) {
    const { requests, totals } = upstream.seen;
    const progress = totals.requests > requestsBefore ? requests.at(-1)?.progress : undefined;
    const headSent = phase === 'before-headers' || progress?.headSent === true;
    const begun = phase !== 'mid-stream' || (progress?.tokensWritten ?? 0) > 2;
    if (progress !== undefined && headSent && begun) return;
    await wait(10);
  }
  throw new Error(`no request reached the phase ${phase}`);
}
