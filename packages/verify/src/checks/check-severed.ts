import type { CaseRecord } from '../case-record.ts';
import { quote, refuse } from '../verify-error.ts';
import type { Covered } from './check-members.ts';

/** Whoever was taken out of the case was opened by the decision that did, which is about them alone; no later one is about them. */
export function checkSevered(record: CaseRecord, covered: Covered): void {
  for (const { index, value } of record.severed) {
    const { account, decision: id } = value as { account: string; decision: string };
    const decision = record.decisions.find((leaf) => leaf.value.decision === id && leaf.index > index);
    // A crash may leave it without the decision that comes after it; then nobody was severed.
    if (decision === undefined || record.undone.has(id)) continue;
    const members = covered.get(id);
    if (decision.value.measure !== 'open' || members?.size !== 1 || !members.has(account))
      refuse(`Entry ${index} severs ${quote(account)} by a decision that does not open that account alone.`);
    const later = record.decisions.find(
      (leaf) =>
        leaf.index > decision.index && covered.get(leaf.value.decision as string)?.has(account) === true,
    );
    if (later !== undefined)
      refuse(`Entry ${later.index} decides about ${quote(account)}, whom entry ${index} had severed.`);
  }
}
