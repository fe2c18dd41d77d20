import { createEntry } from '@portcullis/record';
import { readAdoptedRules } from '../projections/views-projection.ts';
import type { CaseContext } from './case-ports.ts';

/**
 * Rules that this program holds to on every case and that a verifier can check. They are on the ledger, so that what was decided before
 * a rule came is not judged by it, and what came after is.
 */
export const CASE_RULES = ['view-before-score', 'lease-respected', 'stop-respected'] as const;

/** Writes down the rules that are not on the ledger yet. */
export async function adoptRules(context: Pick<CaseContext, 'store' | 'clock' | 'record'>): Promise<void> {
  const known = readAdoptedRules(context.store.db);
  const rules = CASE_RULES.filter((rule) => !known.has(rule));
  if (rules.length === 0) return;
  await context.record(createEntry('rules.adopted', context.clock.now(), { rules, by: 'portcullis' }));
}
