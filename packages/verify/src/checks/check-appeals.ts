import type { CaseRecord } from '../case-record.ts';
import type { Leaf } from '../leaf.ts';
import { quote, refuse } from '../verify-error.ts';
import { isInEffect } from './check-second-person.ts';
import type { Json } from '../strict-json.ts';
import type { Covered, Members } from './check-members.ts';

/**
 * Who decided before, on another ground than this appeal, about an account that the decision on the appeal covers, does not decide it.
 * To reject a proposal is not to decide.
 */
export function checkAppeal(decision: Leaf, record: CaseRecord, covered: Covered): void {
  const { appeal, by } = decision.value;
  if (appeal === undefined) return;
  const made = record.appeals.find((leaf) => leaf.value.appeal === appeal && leaf.index < decision.index);
  if (made === undefined) return refuse(`Entry ${decision.index} decides an appeal that is not here.`);
  const account = made.value.account as string;
  const members = covered.get(decision.value.decision as string);
  if (!members?.has(account))
    refuse(`Entry ${decision.index} decides an appeal and does not cover ${quote(account)}, who appealed.`);
  const answer = answerTo(appeal as string, record, decision);
  if (answer !== undefined && decision.value.step !== 'rejected')
    refuse(`Entry ${decision.index} decides an appeal that entry ${answer.index} had decided.`);
  const before = decidedBefore(decision, by, appeal, record).find((other) =>
    coversAny(covered.get(other.value.decision as string), members),
  );
  if (before !== undefined)
    refuse(
      `${quote(by as string)} decided about an account (entry ${before.index}) and then the appeal against it (entry ${decision.index}).`,
    );
}

/** What a person decided before an entry, on another ground than an appeal. */
function decidedBefore(
  entry: Leaf,
  by: Json | undefined,
  appeal: Json | undefined,
  record: CaseRecord,
): Leaf[] {
  return record.decisions.filter(
    ({ index, value }) =>
      index < entry.index && value.by === by && value.appeal !== appeal && value.step !== 'rejected',
  );
}

function coversAny(one: Members | undefined, other: Members | undefined): boolean {
  return one !== undefined && other !== undefined && [...other].some((account) => one.has(account));
}

/** What was decided on an appeal stays out of the hands of those who had decided about that account before: they do not do so again. */
export function checkOverruled(decision: Leaf, record: CaseRecord, covered: Covered): void {
  const { by, step, decision: id } = decision.value;
  if (step === 'rejected') return;
  for (const { value } of record.appeals) {
    const { appeal, account } = value;
    const answer = answerTo(appeal as string, record, decision);
    if (answer === undefined || appeal === decision.value.appeal) continue;
    if (!covered.get(id as string)?.has(account as string)) continue;
    const before = decidedBefore(answer, by, appeal, record).some((leaf) =>
      covered.get(leaf.value.decision as string)?.has(account as string),
    );
    if (before)
      refuse(
        `${quote(by as string)} decided about ${quote(account as string)}, and then to overrule what entry ${answer.index} decided on the appeal (entry ${decision.index}).`,
      );
  }
}

/** What was decided on an appeal before another decision. */
function answerTo(appeal: string, record: CaseRecord, before: Leaf): Leaf | undefined {
  return record.decisions.find(
    (leaf) =>
      leaf.value.appeal === appeal &&
      isInEffect(leaf) &&
      leaf.index < before.index &&
      (record.undone.get(leaf.value.decision as string)?.index ?? Infinity) > before.index,
  );
}
