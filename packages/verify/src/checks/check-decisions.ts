import type { CaseRecord } from '../case-record.ts';
import type { Found } from '../check-run.ts';
import type { Leaf } from '../leaf.ts';
import { quote, refuse } from '../verify-error.ts';
import type { Covered } from './check-members.ts';

const SEVERE = new Set(['hold', 'closed']);

/** People decided, with reasons, as the rules ask: two for a severe measure, another one on appeal, and standing only by decision. */
export function checkDecisions(record: CaseRecord, covered: Covered): Found<true> {
  const byId = new Map(record.decisions.map((leaf) => [leaf.value.decision as string, leaf]));
  for (const decision of record.decisions) {
    if ((decision.value.reasons as string).trim() === '')
      refuse(`The decision in entry ${decision.index} gives no reasons.`);
    checkSecondPerson(decision, byId);
    checkAppeal(decision, record);
  }
  for (const standing of record.standings) checkStanding(standing, record, byId, covered);
  const count = record.decisions.length;
  if (count === 0) return { value: true, absent: true, sentence: 'Nobody has decided the case.' };
  return {
    value: true,
    sentence: `All ${count} decisions give reasons, and were taken by as many different people as the rules ask.`,
  };
}

function checkSecondPerson(decision: Leaf, byId: ReadonlyMap<string, Leaf>): void {
  const { step, measure, by, confirms } = decision.value;
  if (step === 'final' && SEVERE.has(measure as string))
    refuse(`Entry ${decision.index} decides ${measure as string} alone; such a measure needs two people.`);
  if (step !== 'confirmed') return;
  const proposal = byId.get(confirms as string);
  if (proposal === undefined || proposal.index >= decision.index || proposal.value.step !== 'proposed')
    return refuse(`Entry ${decision.index} confirms a proposal that is not here.`);
  if (proposal.value.by === by)
    refuse(
      `${quote(by as string)} both proposed and confirmed ${measure as string} (entry ${decision.index}).`,
    );
  for (const field of ['measure', 'accounts_sha256', 'appeal'])
    if (proposal.value[field] !== decision.value[field])
      refuse(`Entry ${decision.index} confirms something else than was proposed.`);
}

/** Who decided the case before, on another ground than this appeal, does not decide the appeal. To reject a proposal is not to decide. */
function checkAppeal(decision: Leaf, record: CaseRecord): void {
  const { appeal, by } = decision.value;
  if (appeal === undefined) return;
  if (!record.appeals.some((leaf) => leaf.value.appeal === appeal && leaf.index < decision.index))
    refuse(`Entry ${decision.index} decides an appeal that is not here.`);
  const before = record.decisions.filter(
    (other) =>
      other.index < decision.index && other.value.appeal !== appeal && other.value.step !== 'rejected',
  );
  if (before.some((other) => other.value.by === by))
    refuse(
      `${quote(by as string)} decided the case and then the appeal against it (entry ${decision.index}).`,
    );
}

function checkStanding(
  leaf: Leaf,
  record: CaseRecord,
  byId: ReadonlyMap<string, Leaf>,
  covered: Covered,
): void {
  const standing = leaf.value.standing as string;
  const accounts = leaf.value.accounts as string[];
  if (leaf.value.case !== record.id) {
    const decided = leaf.value.case !== null && leaf.value.decision !== null;
    if (SEVERE.has(standing) && !decided && accounts.some((account) => record.accused.has(account)))
      refuse(`Entry ${leaf.index} sets an accused account to ${standing} without a decision.`);
    return;
  }
  const decision = byId.get(leaf.value.decision as string);
  if (decision === undefined || decision.index >= leaf.index)
    return refuse(`Entry ${leaf.index} sets ${standing} without an earlier decision.`);
  const { step, measure } = decision.value;
  if (step !== 'confirmed' && step !== 'final')
    refuse(`Entry ${leaf.index} sets ${standing} by a decision that is not final.`);
  if (standing !== (measure === 'dismiss' ? 'open' : measure))
    refuse(`Entry ${leaf.index} sets ${standing} where ${measure as string} was decided.`);
  const members = covered.get(decision.value.decision as string);
  for (const account of accounts)
    if (!members?.has(account))
      refuse(`Entry ${leaf.index} sets ${quote(account)}, which the decision does not cover.`);
}
