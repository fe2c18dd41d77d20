import type { CaseRecord } from '../case-record.ts';
import type { Leaf } from '../leaf.ts';
import { quote, refuse } from '../verify-error.ts';
import { effectIndex } from './check-effects.ts';
import { checkSecondPerson, isInEffect, SEVERE } from './check-second-person.ts';
import type { Covered } from './check-members.ts';

/** Every standing of the case is what its newest decision in effect asks for, and no accused account is held or closed otherwise. */
export function checkStandings(record: CaseRecord, covered: Covered): void {
  const byId = new Map(record.decisions.map((leaf) => [leaf.value.decision as string, leaf]));
  /** The newest decision in effect, by account, as the ledger grows. */
  const ruling = new Map<string, Leaf>();
  const events = [
    ...record.decisions.flatMap((leaf) => {
      const at = effectIndex(leaf, record);
      return at === undefined ? [] : [{ at, leaf }];
    }),
    ...record.standings.map((leaf) => ({ at: leaf.index, leaf })),
  ].sort((a, b) => a.at - b.at);
  for (const { leaf } of events) {
    if (leaf.type === 'decision') {
      for (const account of covered.get(leaf.value.decision as string) ?? []) ruling.set(account, leaf);
    } else if (leaf.value.case === record.id) {
      const decision = checkRestsOnDecision(leaf, byId, covered, record);
      for (const account of leaf.value.accounts as string[])
        if (ruling.get(account) !== decision)
          refuse(
            `Entry ${leaf.index} sets ${quote(account)} by a decision that a later one (entry ${ruling.get(account)?.index}) had replaced.`,
          );
    } else checkOtherStanding(leaf, record);
  }
}

function checkRestsOnDecision(
  leaf: Leaf,
  byId: ReadonlyMap<string, Leaf>,
  covered: Covered,
  record: CaseRecord,
): Leaf {
  const standing = leaf.value.standing as string;
  const decision = byId.get(leaf.value.decision as string);
  if (decision === undefined || decision.index >= leaf.index)
    return refuse(`Entry ${leaf.index} sets ${standing} without an earlier decision.`);
  const { measure } = decision.value;
  if (!isInEffect(decision)) refuse(`Entry ${leaf.index} sets ${standing} by a decision that is not final.`);
  if ((effectIndex(decision, record) ?? Infinity) > leaf.index)
    refuse(`Entry ${leaf.index} sets ${standing} by a decision that had not taken effect.`);
  if (standing !== (measure === 'dismiss' ? 'open' : measure))
    refuse(`Entry ${leaf.index} sets ${standing} where ${measure as string} was decided.`);
  const members = covered.get(decision.value.decision as string);
  for (const account of leaf.value.accounts as string[])
    if (!members?.has(account))
      refuse(`Entry ${leaf.index} sets ${quote(account)}, which the decision does not cover.`);
  return decision;
}

/** A severe standing of an accused account that rests on another case: where every leaf is here, so is what it rests on. */
function checkOtherStanding(leaf: Leaf, record: CaseRecord): void {
  const { standing, case: other, decision: id } = leaf.value;
  const accounts = leaf.value.accounts as string[];
  if (!SEVERE.has(standing as string) || !accounts.some((account) => record.accused.has(account))) return;
  if (other === null || id === null)
    return refuse(`Entry ${leaf.index} sets an accused account to ${standing as string} without a decision.`);
  if (!record.isWhole) return;
  const decisions = record.allDecisions.filter(({ value }) => value.case === other);
  const decision = decisions.find(
    (each) => each.value.decision === id && each.index < leaf.index && isInEffect(each),
  );
  if (decision === undefined || decision.value.measure !== standing)
    return refuse(
      `Entry ${leaf.index} sets an accused account to ${standing as string} by a decision of another case, which is not here.`,
    );
  checkSecondPerson(decision, decisions);
}
