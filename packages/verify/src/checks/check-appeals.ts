import type { CaseRecord } from '../case-record.ts';
import type { Leaf } from '../leaf.ts';
import { quote, refuse } from '../verify-error.ts';
import { isInEffect } from './check-second-person.ts';
import type { Covered } from './check-members.ts';

/** Who decided the case before, on another ground than this appeal, does not decide the appeal. To reject a proposal is not to decide. */
export function checkAppeal(decision: Leaf, record: CaseRecord, covered: Covered): void {
  const { appeal, by } = decision.value;
  if (appeal === undefined) return;
  const made = record.appeals.find((leaf) => leaf.value.appeal === appeal && leaf.index < decision.index);
  if (made === undefined) return refuse(`Entry ${decision.index} decides an appeal that is not here.`);
  const account = made.value.account as string;
  if (!covered.get(decision.value.decision as string)?.has(account))
    refuse(`Entry ${decision.index} decides an appeal and does not cover ${quote(account)}, who appealed.`);
  const answer = answerTo(appeal as string, record, decision);
  if (answer !== undefined && decision.value.step !== 'rejected')
    refuse(`Entry ${decision.index} decides an appeal that entry ${answer.index} had decided.`);
  const before = record.decisions.filter(
    (other) =>
      other.index < decision.index && other.value.appeal !== appeal && other.value.step !== 'rejected',
  );
  if (before.some((other) => other.value.by === by))
    refuse(
      `${quote(by as string)} decided the case and then the appeal against it (entry ${decision.index}).`,
    );
}

/** What was decided on an appeal stays out of the hands of those who had decided before: they do not decide about that account again. */
export function checkOverruled(decision: Leaf, record: CaseRecord, covered: Covered): void {
  const { by, step, decision: id } = decision.value;
  if (step === 'rejected') return;
  for (const { value } of record.appeals) {
    const { appeal, account } = value;
    const answer = answerTo(appeal as string, record, decision);
    if (answer === undefined || appeal === decision.value.appeal) continue;
    if (!covered.get(id as string)?.has(account as string)) continue;
    const before = record.decisions.some(
      (leaf) =>
        leaf.index < answer.index &&
        leaf.value.by === by &&
        leaf.value.appeal !== appeal &&
        leaf.value.step !== 'rejected',
    );
    if (before)
      refuse(
        `${quote(by as string)} decided the case, and then to overrule what entry ${answer.index} decided on the appeal (entry ${decision.index}).`,
      );
  }
}

/** What was decided on an appeal before another decision. */
function answerTo(appeal: string, record: CaseRecord, before: Leaf): Leaf | undefined {
  return record.decisions.find(
    (leaf) => leaf.value.appeal === appeal && isInEffect(leaf) && leaf.index < before.index,
  );
}
