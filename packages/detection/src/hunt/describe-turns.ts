import { lowerBound } from '../calibration/conformal.ts';
import type { AccountState } from '../signals/account-state.ts';
import type { HuntSignal } from './hunt-report.ts';

// Turns that members of a campaign made together: to another model, or from one set of accounts to the next. No account is flagged for it.

const DAY_S = 86_400;
/** An account made so few days before its first exchange was made for it. */
const NEW_S = 7 * DAY_S;
const MEMBERS_MIN = 3;

export function describeTurns(states: readonly AccountState[]): HuntSignal[] {
  const signals: HuntSignal[] = [];
  const say = (name: string, count: number, sentence: string): void => {
    if (count >= MEMBERS_MIN) signals.push({ name, value: count / states.length, sentence });
  };
  const of = `of the ${states.length} accounts`;
  const turned = mostWithinDay(states.flatMap(({ modelSince }) => modelSince ?? []));
  say('turned_together', turned, `${turned} ${of} turned to another model within one day.`);
  const relieved = relievedAmong(states);
  say(
    'relieved',
    relieved,
    `${relieved} ${of} began within a day after another of them had sent its last exchange.`,
  );
  const known = states.filter(({ ageS }) => ageS !== null);
  const young = known.filter(({ ageS }) => (ageS as number) < NEW_S).length;
  say(
    'new_accounts',
    young,
    `${young} of the ${known.length} accounts of known age had existed for less than a week when they began.`,
  );
  return signals;
}

/** Most of the times that lie within one day. */
function mostWithinDay(times: readonly number[]): number {
  const ascending = [...times].sort((a, b) => a - b);
  let from = 0;
  let most = 0;
  ascending.forEach((time, i) => {
    while (time - (ascending[from] as number) > DAY_S) from++;
    most = Math.max(most, i - from + 1);
  });
  return most;
}

/** Accounts that began within a day after another's last exchange. */
function relievedAmong(states: readonly AccountState[]): number {
  const ends = Float64Array.from(states, ({ lastTime }) => lastTime).sort();
  return states.filter(({ firstTime }) => {
    const before = lowerBound(ends, firstTime) - 1;
    return before >= 0 && firstTime - (ends[before] as number) <= DAY_S;
  }).length;
}
