import type { Entry } from '@portcullis/record';
import type { FoundCase } from './find-case.ts';

/** Whether an entry speaks of everybody rather than of a case or an account. */
export function concernsEverybody(entry: Entry): boolean {
  switch (entry.type) {
    case 'ledger.opened':
    case 'ledger.keys_rotated':
    case 'rules.adopted':
    case 'switch.turned':
    case 'switch.drilled':
    case 'vault.key_rotated':
    case 'operator.added':
    case 'operator.removed':
    case 'policy.loaded':
    case 'fault':
    case 'budget.reserved':
    case 'budget.spent':
      return true;
    case 'content.erased':
      return entry.account === null;
    default:
      return false;
  }
}

/**
 * Whether an entry is of the case, as docs/bundle.md ("Range and completeness") has it, and a little more: everything on people, keys,
 * erasures and holds that a reader needs to judge it.
 */
export function belongsToCase(entry: Entry, found: FoundCase): boolean {
  switch (entry.type) {
    case 'case.opened':
    case 'case.extended':
    case 'evidence.viewed':
    case 'view.committed':
    case 'case.leased':
    case 'known.revealed':
    case 'account.severed':
    case 'statement.issued':
    case 'link.issued':
    case 'link.revoked':
    case 'representation.received':
    case 'representation.acknowledged':
    case 'decision.window':
    case 'decision.undone':
    case 'decision.effected':
    case 'score.shown':
    case 'decision':
    case 'appeal':
    case 'bundle.exported':
      return entry.case === found.id;
    case 'deadline.missed':
      return entry.of === found.id;
    case 'standing.set':
      return entry.case === found.id || entry.accounts.some((account) => found.accused.has(account));
    case 'known.committed':
    case 'incident.aware':
    case 'incident.classified':
    case 'incident.reported':
    case 'incident.resolved':
      return false;
    case 'account.created':
    case 'account.limited':
    case 'key.issued':
    case 'key.revoked':
    case 'exchange.admitted':
    case 'exchange.completed':
    case 'hold.placed':
    case 'hold.lifted':
      return found.accused.has(entry.account);
    case 'exchange.refused':
      return entry.account !== null && found.accused.has(entry.account);
    case 'content.erased':
      return entry.account === null || found.accused.has(entry.account);
    case 'finding':
    case 'finding.members':
      return found.findingIds.has(entry.finding);
    case 'decision.members':
      return found.decisionIds.has(entry.decision);
    default:
      // Openings, operators, policies, faults and privacy budgets concern everybody.
      return entry.type !== 'witness.cosigned';
  }
}
