import { createEntry } from '@portcullis/record';
import { type CaseRow, countCases, readAllCaseMembers, readCases } from '../projections/cases-projection.ts';
import {
  readFinding,
  readFindingMembers,
  readFindingsWithoutCase,
  readRelatedCampaigns,
} from '../projections/findings-projection.ts';
import { readSwitch } from '../projections/switch-projection.ts';
import type { CaseContext } from './case-ports.ts';
import { BY_ITSELF } from './kill-switch.ts';

/**
 * Opens a case for a finding, once a campaign: a finding that brings further accounts extends the campaign's undecided case, or
 * opens another where it was decided. While the switch is off it opens and extends none. A campaign includes those it superseded. Rests on projected state alone, so running it again after a crash does nothing twice.
 */
export function createCaseReactor(context: CaseContext): { run(): Promise<void> } {
  /** Findings without news: their campaign's cases hold all their accounts, and always will. */
  const withoutNews = new Set<string>();

  async function react(finding: string): Promise<void> {
    const { db } = context.store;
    const found = readFinding(db, finding);
    const accounts = readFindingMembers(db, finding);
    if (found === undefined || accounts.length < found.entry.accounts_total) return; // more of it is to come
    const { campaign } = found;
    const cases = readRelatedCampaigns(db, campaign)
      .flatMap((each) => readCases(db, { campaign: each }))
      .sort((a, b) => a.openedIndex - b.openedIndex);
    const members = new Set(cases.flatMap((each) => readAllCaseMembers(db, each.case)));
    const fresh = accounts.filter((account) => !members.has(account));
    const now = context.clock.now();
    const undecided = cases.find((each: CaseRow) => each.state !== 'decided');
    if (cases.length > 0 && fresh.length === 0) withoutNews.add(finding);
    else if (undecided) {
      await context.record(createEntry('case.extended', now, { case: undecided.case, finding, campaign }));
    } else {
      const caseId = `case-${countCases(db) + 1}`;
      const priority = found.entry.exchanges;
      await context.record(createEntry('case.opened', now, { case: caseId, finding, campaign, priority }));
    }
  }

  return {
    run: () =>
      context.inTurn('case reactor', async () => {
        for (const finding of readFindingsWithoutCase(context.store.db))
          if (!withoutNews.has(finding))
            await context.inTurn(BY_ITSELF, async () => {
              // Looked at each time: it may be turned while a long list is worked through.
              if (!readSwitch(context.store.db).stopped) await react(finding);
            });
      }),
  };
}
