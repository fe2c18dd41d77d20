import { readStanding } from '../../projections/standings-projection.ts';
import type { Cases } from '../cases.ts';
import type { Person } from '../case-ports.ts';
import { type CaseWorld, person, REASONS, RULE } from './case-world.ts';

// Who decides in the tests of cases, what they say, and what is asked afterwards.

export const [ada, ben, cleo] = [person('ada'), person('ben'), person('cleo')];
export const said = { reasons: REASONS, rule: RULE };

export const standing = (world: CaseWorld, account: string) =>
  readStanding(world.store.db, account)?.standing ?? 'open';

export const refused = (code: string, message: RegExp) => ({ name: 'ServerError', code, message });

/** A person opens the evidence and says what they see, as everybody must who decides. */
export async function look(cases: Cases, caseId: string, by: Person): Promise<void> {
  await cases.openEvidence({ case: caseId, by });
  await cases.commitView({ case: caseId, by, view: 'extraction', reasons: REASONS });
}

/** Two people hold the accounts of a case. @returns the proposal */
export async function hold(world: CaseWorld, caseId = 'case-1', measure: 'hold' | 'closed' = 'hold') {
  await look(world.cases, caseId, ada);
  await look(world.cases, caseId, ben);
  const { decision } = await world.cases.decide({ case: caseId, by: ada, measure, ...said });
  await world.cases.confirm({ case: caseId, decision, by: ben, reasons: REASONS });
  return decision;
}
