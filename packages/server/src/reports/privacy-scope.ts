import { privacyUnit, type Scope } from '@portcullis/privacy';

export type AccountMonth = 'account-month';

/** What every budget of a ledger is counted in. */
export const ACCOUNT_MONTH: Scope<'add-remove', AccountMonth> = {
  adjacency: 'add-remove',
  unit: privacyUnit(
    'account-month',
    'All that the ledger’s projections count of one account in one calendar month, in UTC.',
  ),
};
