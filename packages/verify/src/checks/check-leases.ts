import type { CaseRecord } from '../case-record.ts';
import type { Leaf } from '../leaf.ts';
import { quote, refuse } from '../verify-error.ts';

const RULE = 'lease-respected';

/** Nobody decides a case that another person has taken, until their time is over or they decided or gave it back. */
export function checkLease(decision: Leaf, { adopted, leases, decisions }: CaseRecord): void {
  if ((adopted.get(RULE) ?? Infinity) > decision.index) return;
  const { by } = decision.value;
  const lease = leases.findLast((leaf) => leaf.index < decision.index);
  if (lease === undefined || lease.value.step === 'released' || lease.value.by === by) return;
  if ((lease.value.until as string) <= decision.time) return;
  const ended = decisions.some((leaf) => leaf.index > lease.index && leaf.index < decision.index);
  if (!ended)
    refuse(
      `${quote(by as string)} decided in entry ${decision.index} while ${quote(lease.value.by as string)} had the case (entry ${lease.index}).`,
    );
}
