import assert from 'node:assert/strict';
import type { Entry } from '@portcullis/record';
import { type Callers, type SeenAnswer, startCallers } from '../../packages/server/src/start/test/callers.ts';
import { checkLedger } from '../../packages/server/src/start/test/server-world.ts';
import { until } from '../../packages/server/src/test/until.ts';
import { createRandom, shuffled } from '../crash/random.ts';
import { openStage, type Stage } from '../soak/open-stage.ts';
import { type BudgetAccount, createAccount, usedByGate, usedByLedger } from './account.ts';
import { ACTS, flow, recovered } from './acts.ts';

// The whole gate under load while everything of ACTS happens to it, round after round: what callers are told, that the ledger has what they were given, that
// budgets are what was used, and that nothing stays in memory.

export type RoundsOptions = {
  readonly rounds: number;
  readonly seed: number;
  /** Mount no disk: a full one is made of calls that fail. */
  readonly noDisk?: boolean;
  readonly tell: (what: string) => void;
};

/** Bytes by the kind of thread, after each round. */
type Lives = readonly Readonly<Record<string, number>>[];

const CALLERS = 8;
const PROMPT_BYTES = 16_384;
const WIDE_TOKENS = 50_000_000;
/** Used up in the middle of a round. */
const NARROW_TOKENS = 6_000;
const DISK_BYTES = 2 ** 27;
const ROUND_BYTES = 2 ** 26;
/**
 * By which the last round may have left more than the first. Compiled code comes and goes by a megabyte or two in each thread; the detector may keep what it goes by
 * up to its own limits. Exchanges of a round that kept their prompts would leave some ten megabytes.
 */
const GROWTH_BYTES_MAX: Readonly<Record<string, number>> = {
  main: 6_000_000,
  gate: 8_000_000,
  ledger: 8_000_000,
};

/** @throws AssertionError with what was not as it must be */
export async function runRounds(options: RoundsOptions): Promise<void> {
  const random = createRandom(options.seed, 'rounds');
  const diskBytes = options.noDisk === true ? 0 : DISK_BYTES + options.rounds * ROUND_BYTES;
  const stage = await openStage({ diskBytes });
  try {
    if (!stage.realDisk) options.tell('no disk is mounted: a full one is made of calls that fail');
    const wide = await createAccount(stage, 'wide', WIDE_TOKENS);
    const seen: SeenAnswer[] = [];
    const lives: Record<string, number>[] = [];
    for (let round = 1; round <= options.rounds; round++) {
      const narrow = await createAccount(stage, `narrow-${round}`, NARROW_TOKENS);
      seen.push(...(await runRound(stage, wide, narrow, random, options.tell)));
      lives.push({ ...(await stage.liveBytes()) });
      options.tell(`round ${round}: ${seen.length} answers; ${spellLives(lives.at(-1) ?? {})}`);
    }
    assertFlat(lives);
    assert.equal(await stage.stopServer(), undefined);
    const entries = await checkLedger(stage.dataDir, seen);
    assertRecorded(entries, options.rounds);
    options.tell(`${seen.filter(({ status }) => status === 200).length} released, ${entries.length} entries`);
  } finally {
    await stage.close();
  }
}

async function runRound(
  stage: Stage,
  wide: BudgetAccount,
  narrow: BudgetAccount,
  random: () => number,
  tell: (what: string) => void,
): Promise<SeenAnswer[]> {
  const dayBefore = today();
  const ledgerBefore = usedByLedger(stage, wide);
  await until('its key is known', () => keyIsKnown(stage, narrow));
  const gateBefore = await usedByGate(stage, wide);
  const callers = startCallers(stage.gateUrl, wide.key, CALLERS, {
    promptBytes: PROMPT_BYTES,
    mayBeCut: true,
  });
  const few = startCallers(stage.gateUrl, narrow.key, 2, {
    promptBytes: 400,
    mayBeCut: true,
    pauseMs: 40,
  });
  const further: SeenAnswer[] = [];
  try {
    await flow(callers);
    for (const act of shuffled(ACTS, random)) {
      const startedMs = performance.now();
      further.push(...((await act.run({ stage, callers, key: wide.key })) ?? []));
      await recovered({ stage, callers });
      tell(`  ${act.name}: ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
    }
    await until('the narrow budget is used up', () => few.seen.some(({ status }) => status === 429));
  } finally {
    await Promise.all([callers.stop(), few.stop()]);
  }
  await atRest(stage);
  assertTold(callers, few);
  // A day that turned meanwhile has begun another budget; the next round compares again.
  if (today() === dayBefore) {
    const wideUsed = usedByLedger(stage, wide) - ledgerBefore;
    assert.ok(wideUsed > 0);
    assert.equal((await usedByGate(stage, wide)) - gateBefore, wideUsed, 'budget of the wide account');
    const narrowUsed = usedByLedger(stage, narrow);
    assert.equal(await usedByGate(stage, narrow), narrowUsed, 'budget of the narrow account');
    assert.ok(narrowUsed <= narrow.tokensPerDay, `${narrowUsed} of ${narrow.tokensPerDay} tokens were used`);
    assert.ok(narrowUsed > narrow.tokensPerDay / 2, `${narrowUsed} tokens were used`);
  }
  return [...callers.seen, ...few.seen, ...further];
}

const today = (): number => Math.floor(Date.now() / 86_400_000);

async function keyIsKnown(stage: Stage, account: BudgetAccount): Promise<boolean> {
  return usedByGate(stage, account).then(
    () => true,
    () => false,
  );
}

/** Everything that ran is on the ledger, published, and read by those who follow. */
async function atRest(stage: Stage): Promise<void> {
  await until('nothing runs and nothing waits', async () => {
    const metrics = await (await fetch(`${stage.gateUrl}/metrics`)).text();
    return ['exchanges_running', 'completions_waiting', 'kept_responses_bytes', 'request_bodies_bytes'].every(
      (name) => new RegExp(`^portcullis_${name} 0$`, 'm').test(metrics),
    );
  });
  assert.equal(await stage.lagAtRest(), 0);
}

/** Every answer that is no 200 is one of those that a caller can act on; their shapes were looked at when they came. */
function assertTold(callers: Callers, few: Callers): void {
  const told = (list: readonly SeenAnswer[]): string[] => [
    ...new Set(
      list
        .filter(({ status }) => status !== 200)
        .map(({ status, code }) => (status === 0 ? 'cut' : `${status} ${code}`)),
    ),
  ];
  const may = ['cut', '503 ledger_unavailable', '502 upstream_unreachable', '502 upstream_broken'];
  const more = ['429 rate_limit_exceeded'];
  assert.deepEqual(
    told(callers.seen).filter((one) => !may.includes(one)),
    [],
  );
  assert.deepEqual(
    told(few.seen).filter((one) => !may.includes(one) && !more.includes(one)),
    [],
  );
  for (const { status, retryAfter, exchange } of callers.seen)
    if (status === 503) assert.ok(Number(retryAfter) >= 1 && exchange === null);
}

/** The ledger itself tells of what went wrong. */
function assertRecorded(entries: readonly Entry[], rounds: number): void {
  const told = entries.flatMap((entry) =>
    entry.type === 'fault' ? [`${entry.kind}: ${entry.detail.split(',')[0]}`] : [],
  );
  const count = (pattern: RegExp): number => told.filter((one) => pattern.test(one)).length;
  assert.equal(count(/^clock_step/), 3 * rounds, told.join('\n'));
  assert.ok(count(/^gap: The ledger took no entries/) >= rounds, told.join('\n'));
  assert.ok(count(/^storage: The ledger took no entries/) >= rounds, told.join('\n'));
}

function assertFlat(lives: Lives): void {
  const [first] = lives;
  const last = lives.at(-1);
  if (first === undefined || last === undefined || lives.length < 2) return;
  for (const [name, most] of Object.entries(GROWTH_BYTES_MAX)) {
    const growth = (last[name] ?? 0) - (first[name] ?? 0);
    assert.ok(growth <= most, `${name} holds ${growth} bytes more than after the first round`);
  }
}

function spellLives(lives: Readonly<Record<string, number>>): string {
  return Object.entries(lives)
    .map(([name, bytes]) => `${name} ${(bytes / 2 ** 20).toFixed(1)} MiB`)
    .join(', ');
}
