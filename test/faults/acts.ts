import assert from 'node:assert/strict';
import { ask, type Callers, type SeenAnswer } from '../../packages/server/src/start/test/callers.ts';
import { readEntries } from '../../packages/server/src/start/test/server-world.ts';
import { until } from '../../packages/server/src/test/until.ts';
import type { Stage } from '../soak/open-stage.ts';

// What is done to the gate while it has callers. Each act waits for what callers must be told meanwhile, and takes its cause away; nothing else is done for
// the gate to recover.

const SHAPES = ['openai', 'anthropic'] as const;

export type Scene = { readonly stage: Stage; readonly callers: Callers; readonly key: string };
export type Act = {
  readonly name: string;
  /** @returns what further callers saw */
  run(scene: Scene): Promise<void | readonly SeenAnswer[]>;
};

export const ACTS: readonly Act[] = [
  {
    name: 'the ledger’s thread is killed',
    async run({ stage, callers }) {
      const from = callers.seen.length;
      stage.killLedgerThread();
      await until('a caller is told', () => seenSince(callers, from).some(isLedgerOut));
    },
  },
  {
    name: 'the disk is full',
    async run({ stage, callers }) {
      const from = callers.seen.length;
      const room = new AbortController();
      const full = stage.keepDiskFull(room.signal);
      try {
        for (const shape of SHAPES)
          await until(`a caller of ${shape} is told`, () =>
            seenSince(callers, from).some((one) => one.shape === shape && isLedgerOut(one)),
          );
        await until('readiness says why', async () => {
          const { status, text } = await readiness(stage);
          return status === 503 && /disk_full/.test(text);
        });
      } finally {
        room.abort();
        await full;
      }
    },
  },
  {
    name: 'the upstream dies in the middle of its streams',
    async run({ stage, callers, key }) {
      const faults = 'long-stream-tokens=2000,delay-token-ms=5';
      let underWay = 0;
      const onHead = (): void => void (underWay += 1);
      const streams = SHAPES.map((shape) => ask(stage.gateUrl, key, { shape, stream: true, faults, onHead }));
      await until('both are under way', () => underWay === SHAPES.length);
      await stage.killUpstream();
      const cut = await Promise.all(streams);
      for (const { status, whole, exchange } of cut) {
        assert.equal(status, 200);
        assert.equal(whole, false, `${exchange} looks whole to its caller`);
      }
      const from = callers.seen.length;
      for (const shape of SHAPES)
        await until(`a caller of ${shape} is told`, () =>
          seenSince(callers, from).some((one) => one.shape === shape && one.status === 502),
        );
      await stage.startUpstream();
      return cut.map((one) => ({ ...one, broken: true }));
    },
  },
  {
    name: 'the clock steps forward, back beyond where it was, and right again',
    async run({ stage, callers }) {
      const stepMs = stepWithinToday();
      for (const ms of [stepMs, -2 * stepMs, stepMs]) {
        const had = countTold(stage, 'clock_step');
        stage.stepClock(ms);
        await until('the ledger tells of it', () => countTold(stage, 'clock_step') > had);
        await flow(callers);
      }
    },
  },
  {
    name: 'settings are reloaded',
    async run({ stage, callers }) {
      const had = countPolicies(stage);
      stage.reload();
      await until('they rule', () => countPolicies(stage) > had);
      await flow(callers);
    },
  },
];

function countTold(stage: Stage, kind: string): number {
  return readEntries(stage.dataDir).filter((entry) => entry.type === 'fault' && entry.kind === kind).length;
}

/** So far that minutes turn, and not so far that the day does, whose budgets would begin anew. */
function stepWithinToday(): number {
  const leftMs = 86_400_000 - (Date.now() % 86_400_000);
  return Math.min(3_600_000, Math.floor(leftMs / 3));
}

function countPolicies(stage: Stage): number {
  return readEntries(stage.dataDir).filter(({ type }) => type === 'policy.loaded').length;
}

function seenSince({ seen }: Callers, from: number): readonly SeenAnswer[] {
  return seen.slice(from);
}

function isLedgerOut({ status, code }: SeenAnswer): boolean {
  return status === 503 && code === 'ledger_unavailable';
}

/** Answers come, of both APIs. */
export async function flow(callers: Callers): Promise<void> {
  const from = callers.seen.length;
  for (const shape of SHAPES)
    await until(`answers of ${shape} flow`, () =>
      seenSince(callers, from).some((one) => one.shape === shape && one.status === 200 && one.whole),
    );
}

/** By itself: readiness is good and answers flow. */
export async function recovered({ stage, callers }: Pick<Scene, 'stage' | 'callers'>): Promise<void> {
  await until('it is ready again', async () => (await readiness(stage)).status === 200);
  await flow(callers);
}

async function readiness(stage: Stage): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${stage.gateUrl}/health/readiness`);
  return { status: answer.status, text: await answer.text() };
}
