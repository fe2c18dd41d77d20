import { createEntry } from '@portcullis/record';
import {
  readDecisionMembers,
  readWaitingDecisions,
  type WaitingDecision,
} from '../projections/decisions-projection.ts';
import { readSwitch } from '../projections/switch-projection.ts';
import type { CaseContext } from './case-ports.ts';
import { BY_ITSELF } from './kill-switch.ts';
import { standingOf } from './standing-reactor.ts';

const WAKE_MS_MIN = 250;
/** setTimeout takes at most 2^31 − 1 ms. */
const WAKE_MS_MAX = 2 ** 31 - 1;

/**
 * Lets decisions take effect once nobody can undo them any more. What restricts nobody always does; what restricts waits while the switch is
 * off. It rests on projected state alone, so that a start goes on where another stopped.
 */
export function createEffectReactor(context: CaseContext) {
  const { store, clock } = context;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const mayTakeEffect = (waiting: WaitingDecision): boolean =>
    waiting.takesEffectMs <= clock.now() &&
    (waiting.immediate !== null || standingOf(waiting.measure) === 'open' || !readSwitch(store.db).stopped);

  const effect = (waiting: WaitingDecision): Promise<void> =>
    context.inTurn(waiting.case, async () => {
      const decision = await context.inTurn(BY_ITSELF, () => recordEffect(waiting));
      if (decision !== undefined) await context.applyDecisions(readDecisionMembers(store.db, decision));
    });

  /** Looks at it again in its turn: it may have been undone, or everything stopped meanwhile. */
  async function recordEffect(waiting: WaitingDecision): Promise<string | undefined> {
    const now = readWaitingDecisions(store.db).find((each) => each.decision === waiting.decision);
    if (now === undefined || !mayTakeEffect(now)) return undefined;
    const body = { decision: now.decision, case: now.case };
    await context.record(createEntry('decision.effected', clock.now(), body));
    return now.decision;
  }

  async function run(): Promise<void> {
    for (const waiting of readWaitingDecisions(store.db)) if (mayTakeEffect(waiting)) await effect(waiting);
    wakeForNext();
  }

  function wakeForNext(): void {
    clearTimeout(timer);
    const next = readWaitingDecisions(store.db)
      .map((each) => each.takesEffectMs)
      .filter((each) => each > clock.now())
      .sort((a, b) => a - b)[0];
    if (next === undefined || isStopped) return;
    const waitMs = Math.min(WAKE_MS_MAX, Math.max(WAKE_MS_MIN, next - clock.now()));
    timer = setTimeout(() => void run().catch((error: unknown) => context.onReactorError?.(error)), waitMs);
    timer.unref();
  }

  return {
    run,
    /** Sees to it that the newest decision takes effect in time. */
    wakeForNext,
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
