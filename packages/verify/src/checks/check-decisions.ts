import type { CaseRecord } from '../case-record.ts';
import type { Found } from '../check-run.ts';
import { refuse } from '../verify-error.ts';
import { checkAppeal, checkOverruled } from './check-appeals.ts';
import type { Covered } from './check-members.ts';
import { checkSecondPerson } from './check-second-person.ts';
import { checkEffect, checkOpenedByItself } from './check-effects.ts';
import { checkLease } from './check-leases.ts';
import { checkOwnView, mustHaveView } from './check-own-view.ts';
import { checkSevered } from './check-severed.ts';
import { checkStandings } from './check-standings.ts';

/** People decided, with reasons, as the rules ask: two for a severe measure, another one on appeal, and standing only by decision. */
export function checkDecisions(record: CaseRecord, covered: Covered): Found<true> {
  for (const decision of record.decisions) {
    if (!/[\p{L}\p{N}]/u.test(decision.value.reasons as string))
      refuse(`The decision in entry ${decision.index} gives no reasons.`);
    checkOwnView(decision, record);
    checkLease(decision, record);
    checkEffect(decision, record);
    checkSecondPerson(decision, record.decisions);
    checkAppeal(decision, record, covered);
    checkOverruled(decision, record, covered);
  }
  const [known] = record.known;
  if (known !== undefined && record.decisions.length > 0)
    refuse(`Something was decided on a case that was mixed in with a known answer (entry ${known.index}).`);
  checkOpenedByItself(record);
  checkSevered(record, covered);
  checkStandings(record, covered);
  const count = record.decisions.length;
  if (count === 0) return { value: true, absent: true, sentence: 'Nobody has decided the case.' };
  return {
    value: true,
    sentence: `All ${count} decisions give reasons, and were taken by as many different people as the rules ask. ${sayViews(record)}`,
  };
}

function sayViews(record: CaseRecord): string {
  const bound = record.decisions.filter((decision) => mustHaveView(decision, record)).length;
  return bound === 0
    ? 'None of them had to follow a view committed before the score was shown.'
    : `${bound} of them had to follow the person's own view, committed before the score was shown to them, and do.`;
}
