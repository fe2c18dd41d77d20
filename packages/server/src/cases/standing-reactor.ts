import { createEntry, STANDINGS, type Standing } from '@portcullis/record';
import {
  type DecisionRow,
  readDecidedAccounts,
  readDecisionsInEffectOf,
} from '../projections/decisions-projection.ts';
import { readStanding } from '../projections/standings-projection.ts';
import type { CaseContext } from './case-ports.ts';
import { splitAccounts } from './member-list.ts';

/** What a measure does at the gate; a dismissed case asks for nothing. */
export function standingOf(measure: DecisionRow['measure']): Standing {
  return measure === 'dismiss' ? 'open' : measure;
}

const severity = (decision: DecisionRow) => STANDINGS.indexOf(standingOf(decision.measure));

/**
 * The decision that rules an account's standing: the strictest of what its cases ask for, each by its newest decision in
 * effect. So an account that two cases hold stays held when one of them is dismissed.
 * @param inEffect one a case, newest first
 */
export function rulingDecision(inEffect: readonly DecisionRow[]): DecisionRow | undefined {
  return inEffect.reduce<DecisionRow | undefined>(
    (strictest, each) => (strictest === undefined || severity(each) > severity(strictest) ? each : strictest),
    undefined,
  );
}

/**
 * Appends `standing.set` where an account's standing is not what the decisions in effect ask for. It compares states and keeps
 * none, so it can be run at any time; at start it finishes what a crash left between a decision and its standing.
 */
export function createStandingReactor(context: Omit<CaseContext, 'applyDecisions' | 'letTakeEffect'>) {
  const { store, directory } = context;

  function wanted(account: string, inEffect: readonly DecisionRow[]): DecisionRow | undefined {
    const ruling = rulingDecision(inEffect);
    if (ruling === undefined) return undefined;
    const now = readStanding(store.db, account);
    const target = standingOf(ruling.measure);
    if ((now?.standing ?? 'open') !== target) return ruling;
    const stillRests = inEffect.some(
      (each) => each.decision === now?.decision && standingOf(each.measure) === target,
    );
    return target === 'open' || stillRests ? undefined : ruling;
  }

  async function apply(accounts: readonly string[]): Promise<void> {
    const changes = new Map<string, { ruling: DecisionRow; accounts: string[] }>();
    for (const [account, inEffect] of readDecisionsInEffectOf(store.db, accounts)) {
      const ruling = wanted(account, inEffect);
      if (ruling === undefined) continue;
      const change = changes.get(ruling.decision) ?? { ruling, accounts: [] };
      change.accounts.push(account);
      changes.set(ruling.decision, change);
    }
    for (const change of changes.values()) await setStanding(change.ruling, change.accounts);
  }

  async function setStanding(ruling: DecisionRow, accounts: readonly string[]): Promise<void> {
    const indices = await Promise.all(splitAccounts(accounts).map((part) => setPart(ruling, part)));
    await store.reached(Math.max(...indices));
  }

  async function setPart(ruling: DecisionRow, accounts: readonly string[]): Promise<number> {
    const entry = createEntry('standing.set', context.clock.now(), {
      accounts,
      standing: standingOf(ruling.measure),
      case: ruling.case,
      decision: ruling.decision,
      by: 'portcullis',
      reason: `Decision ${ruling.decision} of ${ruling.case} by ${ruling.by}: ${ruling.measure}.`,
    });
    const { index } = await context.appender.append({ entry });
    directory.observe(entry, index); // the gates hear of it before the projections do
    return index;
  }

  return {
    apply: (accounts: readonly string[]) => context.inTurn('standing reactor', () => apply(accounts)),
    applyAll: () => context.inTurn('standing reactor', () => apply(readDecidedAccounts(store.db))),
  };
}
